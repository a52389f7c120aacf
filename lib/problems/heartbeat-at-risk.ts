import { defineProblem } from '../model/problem.ts';

export const heartbeatAtRisk = defineProblem({
  type: 'HeartbeatAtRisk',
  title: 'the node’s heartbeat does not reach the control plane in time',
  meaning:
    'The kubelet renews a Lease every 10 s. When it has not for the grace period of the controller-manager, the node is marked Unknown and tainted; 5 minutes later its pods are deleted and started elsewhere, while here they may still run and write to the same volumes.',
  detection:
    'The age of the node’s Lease in kube-node-lease and of its status, against the grace period (--node-monitor-grace-period: 40 s, 50 s from v1.32). Suspected after 65 % of the grace period (two missed renewals), active after three quarters, critical beyond it. A clock that differs from the API server’s is allowed for. An API server that cannot be reached is no finding here: nothing is known then. One that denies the kubelet’s own credential is.',
  advice: [
    {
      text: 'Look what the kubelet says about the API server',
      command: 'journalctl -u kubelet --since -5min | grep -Ei "lease|node status|dial tcp"',
    },
    { text: 'Look whether the kubelet itself is well', command: 'nodemend doctor --only kubelet-health,pleg-health' },
    {
      text: 'See when the Lease was renewed last',
      command: 'kubectl -n kube-node-lease get lease NODE -o jsonpath={.spec.renewTime}; date -u',
    },
    {
      text: 'If the API server answers this host and not the kubelet, restart the kubelet; containers stay untouched',
      command: 'systemctl restart kubelet',
    },
  ],
  settings: ['checks.node-heartbeat.gracePeriod', 'checks.node-heartbeat.lateAfter'],
  ladder: ['restart-kubelet'],
  reasons: {
    HeartbeatLate: { severity: 'warning', description: 'The Lease has missed renewals, and the grace period is not over' },
    HeartbeatLost: {
      severity: 'critical',
      description: 'The Lease is older than the grace period, or the control plane has given the node up',
    },
    KubeletDenied: {
      severity: 'critical',
      description: 'The API server denies the kubelet’s own identity its Node and its Lease, so it cannot renew them',
      ladder: [],
      advice: [
        {
          text: 'See whether its certificate has expired, or is of another cluster',
          command: 'openssl x509 -noout -subject -issuer -dates -in /var/lib/kubelet/pki/kubelet-client-current.pem',
        },
        {
          text: 'See whether the API server authorizes nodes',
          command:
            'kubectl --kubeconfig KUBECONFIG get node NODE; kubectl auth can-i update leases -n kube-node-lease --as system:node:NODE --as-group system:nodes',
        },
      ],
    },
    LeaseMissing: {
      severity: 'warning',
      description: 'The node has no Lease, and its status is not renewed often enough to do without',
      ladder: [],
    },
    StatusStale: {
      severity: 'warning',
      description: 'The Lease is renewed, and the status of the node is not: what the control plane knows of this node is old',
      ladder: [],
      advice: [
        {
          text: 'Look what the kubelet says about its status',
          command: 'journalctl -u kubelet --since -10min | grep -i "node status"',
        },
        { text: 'Compare what the API server has', command: "kubectl get node NODE -o jsonpath='{.status.conditions}'" },
      ],
    },
    NodeMissing: {
      severity: 'critical',
      description:
        'The kubelet has a credential for this node, and the cluster has no such Node: it was deleted, or never registered',
      ladder: [],
      advice: [
        { text: 'Look why the kubelet does not register', command: 'journalctl -u kubelet --since -10min | grep -i register' },
        {
          text: 'A kubelet registers at its start: if the Node was deleted by mistake, restart it',
          command: 'systemctl restart kubelet',
        },
      ],
    },
  },
});

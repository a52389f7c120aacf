import { defineProblem } from '../model/problem.ts';

export const nodeNetworkUnhealthy = defineProblem({
  type: 'NodeNetworkUnhealthy',
  title: 'the network of the node, or of its pods, is not ready',
  meaning:
    'Without the pod network no pod is started here and the node is NotReady; without a way to the API server the kubelet’s heartbeat stops, and after the grace period the node’s pods are started elsewhere.',
  detection:
    'The runtime’s own NetworkReady over CRI, or what the kubelet says in the node’s Ready condition; CNI configuration where the kubelet uses CNI; a default route in the host’s main table; and, when no connection to the API server comes about, whether the gateway answers on the link. A refused connection and a silent API server are not this node’s network.',
  advice: [
    { text: 'See links, addresses and routes', command: 'ip -br link; ip -br addr; ip route' },
    { text: 'See what the runtime says about the network', command: 'crictl info | grep -A3 NetworkReady' },
  ],
  settings: [],
  ladder: [],
  reasons: {
    NetworkNotReady: {
      severity: 'critical',
      description: 'The runtime or the kubelet says that the pod network is not ready',
      advice: [
        {
          text: 'See whether the network’s own pod runs here',
          command: 'crictl pods --namespace kube-system; kubectl -n kube-system get pods -o wide',
        },
        { text: 'See its configuration and its plugins', command: 'ls -l /etc/cni/net.d /opt/cni/bin' },
      ],
    },
    CniConfigurationMissing: {
      severity: 'critical',
      description: 'No CNI configuration: the network’s own pod writes it when it starts, and it was removed or never came',
      advice: [
        {
          text: 'See whether the network’s own pod runs here: it writes the file',
          command: 'crictl pods --namespace kube-system; kubectl -n kube-system get pods -o wide',
        },
        { text: 'See what is there', command: 'ls -l DIRECTORY' },
      ],
    },
    NoDefaultRoute: {
      severity: 'warning',
      description: 'The host has no default route; a notice while the API server is reached without one',
      advice: [
        {
          text: 'See what routes there are, and who should have set one',
          command: 'ip route; ip rule; networkctl status --no-pager || nmcli device',
        },
      ],
    },
    ApiServerUnreachable: {
      severity: 'critical',
      description:
        'No connection to the API server comes about, while the gateway answers: a filter, a route or a balancer beyond it',
      advice: [
        { text: 'See where the way ends', command: 'curl -kvm5 SERVER/healthz; ip route get HOST' },
        {
          text: 'Look for a filter on this host',
          command: 'iptables-save | grep -E "DROP|REJECT"; nft list ruleset | grep -E "drop|reject"',
        },
      ],
    },
    GatewayUnreachable: {
      severity: 'critical',
      description: 'No connection to the API server comes about, and the gateway does not answer on the link',
      advice: [
        { text: 'See whether the link has a carrier and errors', command: 'ip -s link show DEVICE; ip neigh show dev DEVICE' },
      ],
    },
    NameNotResolved: {
      severity: 'critical',
      description: 'The name of the API server cannot be resolved',
      advice: [{ text: 'See whether the resolver answers', command: 'getent hosts HOST; cat /etc/resolv.conf' }],
    },
  },
});

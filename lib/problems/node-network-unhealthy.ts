import { defineProblem } from '../model/problem.ts';

export const nodeNetworkUnhealthy = defineProblem({
  type: 'NodeNetworkUnhealthy',
  title: 'the network of the node, or of its pods, is not ready',
  meaning:
    'Without the pod network no pod is started here and the node is NotReady; without a way to the API server the kubelet’s heartbeat stops, and after the grace period the node’s pods are started elsewhere.',
  detection:
    'The runtime’s own NetworkReady over CRI, or what the kubelet says in the node’s Ready condition; CNI configuration where the kubelet uses CNI; a default route in the host’s main table; and, when no connection to the API server comes about, whether the gateway answers on the link. A connection that is refused, or taken and not answered for 7 s, is a warning: the way is open, and nobody serves. So is an answer that takes 2.5 s.',
  advice: [
    { text: 'See links, addresses and routes', command: 'ip -br link; ip -br addr; ip route' },
    { text: 'See what the runtime says about the network', command: 'crictl info | grep -A3 NetworkReady' },
  ],
  settings: ['checks.node-network.defaultRoutes', 'checks.node-network.slowAnswer'],
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
      description: 'The host has no default route; critical when the API server is not reached',
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
        'The API server refuses or does not answer, or no connection comes about while the gateway answers: a filter, a route or a balancer',
      advice: [
        { text: 'See where the way ends', command: 'curl -kvm5 SERVER/healthz; ip route get HOST' },
        {
          text: 'Look for a filter on this host',
          command: 'iptables-save | grep -E "DROP|REJECT"; nft list ruleset | grep -E "drop|reject"',
        },
      ],
    },
    ApiServerSlow: {
      severity: 'warning',
      description: 'The API server answers late: the heartbeat will be, too',
      advice: [
        {
          text: 'See what takes the time: connecting, the handshake, or the answer',
          command: 'curl -sko /dev/null -w "%{time_connect} %{time_appconnect} %{time_total}\\n" SERVER/healthz',
        },
        { text: 'Look whether packets are lost on the way', command: 'nstat -az TcpRetransSegs; ip -s link' },
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

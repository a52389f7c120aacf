import { defineProblem } from '../model/problem.ts';

export const conntrackNearLimit = defineProblem({
  type: 'ConntrackNearLimit',
  title: 'the table of tracked connections is nearly full',
  meaning:
    'When the table is full the kernel drops the first packet of every new connection of this node and its pods ("nf_conntrack: table full, dropping packet"): DNS, Services and probes fail at random while everything looks healthy.',
  detection: 'nf_conntrack_count against nf_conntrack_max in /proc/sys/net/netfilter: warning from 90 %, critical from 98 %.',
  advice: [
    {
      text: 'See who opens them',
      command: "conntrack -L 2>/dev/null | grep -o 'src=[0-9.]*' | sort | uniq -c | sort -rn | head",
    },
    {
      text: 'Make room at once (288 bytes of kernel memory per entry)',
      command: 'sysctl -w net.netfilter.nf_conntrack_max=LIMIT',
    },
    { text: 'Keep it: kube-proxy sets the limit at its start from conntrack.maxPerCore (32768 per CPU) and conntrack.min' },
    {
      text: 'Let dead connections go sooner',
      command: 'sysctl net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_tcp_timeout_close_wait',
    },
  ],
  settings: ['checks.conntrack.warnAt', 'checks.conntrack.criticalAt'],
  ladder: [],
  reasons: {
    ConntrackTableNearlyFull: {
      severity: 'warning',
      description: 'The table of tracked connections is filled to the warning ratio',
    },
    ConntrackTableFull: { severity: 'critical', description: 'The table of tracked connections is full or as good as full' },
  },
});

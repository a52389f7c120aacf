import { defineProblem } from '../model/problem.ts';

export const conntrackExhausted = defineProblem({
  type: 'ConntrackExhausted',
  title: 'the table of tracked connections is full',
  meaning:
    'The kernel drops the first packet of every new connection of this node and its pods: DNS, Services and probes fail at random while everything looks healthy.',
  detection:
    'Lines of the kernel log: "nf_conntrack: table full, dropping packet". It is over when the table has a tenth of its entries free again.',
  advice: [
    {
      text: 'See who opens them',
      command: "conntrack -L 2>/dev/null | grep -o 'src=[0-9.]*' | sort | uniq -c | sort -rn | head",
    },
    {
      text: 'Make room at once (288 bytes of kernel memory per entry)',
      command: 'sysctl -w net.netfilter.nf_conntrack_max=LIMIT',
    },
  ],
  settings: ['monitors.defaults', 'monitors.directory'],
  ladder: [],
  reasons: {
    ConntrackFull: {
      severity: 'critical',
      description: 'The kernel drops packets because the table of tracked connections is full',
    },
  },
});

import type { DefaultRule } from './rule.ts';

export const networkRules: readonly DefaultRule[] = [
  {
    reason: 'ConntrackFull',
    condition: 'ConntrackExhausted',
    severity: 'critical',
    pattern: 'nf_conntrack: table full(?: in netns \\d+)?, dropping packet',
    wording: 'net/netfilter/nf_conntrack_core.c; the module’s name once or twice before it, "in netns" since 6.13',
    recheck: 'conntrack',
    advice: [
      {
        text: 'See who has so many, and raise the limit',
        command: 'nodemend doctor --only conntrack; sysctl net.netfilter.nf_conntrack_max',
      },
    ],
  },
  {
    reason: 'NeighbourTableOverflow',
    severity: 'warning',
    pattern: '(?:[Nn]eighbour|[Nn]eighbor) table overflow',
    wording: 'net/core/neighbour.c: "arp_cache: neighbor table overflow!"; "Neighbour table overflow" before 4.0',
    advice: [{ text: 'Raise the limit', command: 'ip neigh | wc -l; sysctl -w net.ipv4.neigh.default.gc_thresh3=8192' }],
  },
  {
    reason: 'UnregisterNetDevice',
    severity: 'warning',
    pattern: 'unregister_netdevice: waiting for (?P<subject>\\S+) to become free\\. Usage count = \\d+',
    wording: 'net/core/dev.c, all',
    advice: [
      {
        text: 'Deleting pods may hang on it; only a reboot frees the device',
        command: 'dmesg -T | grep -A5 unregister_netdevice',
      },
    ],
  },
  {
    reason: 'NetworkLinkDown',
    severity: 'notice',
    pattern: '(?P<subject>[\\w.@-]+)(?::|:? NIC|: Port \\d+) (?:Link is Down|Link is down|link is down|Link down|link down)',
    wording: 'as the drivers say it: e1000e, igb, ixgbe, i40e, mlx5_core, tg3',
    advice: [{ text: 'Count the flaps', command: "journalctl -k -g 'link (is )?(down|up)' --since -1h" }],
  },
  {
    reason: 'NetworkLinkDown',
    severity: 'notice',
    pattern: 'link status definitely down(?: for interface (?P<subject>[^,]+))?, disabling',
    wording: 'drivers/net/bonding/bond_main.c; "(slave eth0): " before it since 5.3, "for interface eth0" until then',
    advice: [{ text: 'See what the bond has left', command: 'grep -A3 Slave /proc/net/bonding/*' }],
  },
  {
    reason: 'NetworkTransmitTimeout',
    severity: 'warning',
    pattern: 'NETDEV WATCHDOG: .*transmit queue \\d+ timed out',
    wording: 'net/sched/sch_generic.c, all; with the time since 6.5',
    advice: [
      {
        text: 'The driver resets the device; look for its firmware',
        command: 'ethtool -i DEVICE; ethtool -S DEVICE | grep -i err',
      },
    ],
  },
  {
    reason: 'TcpOutOfMemory',
    severity: 'warning',
    pattern: 'TCP: out of memory -- consider tuning tcp_mem',
    wording: 'net/ipv4/tcp.c, all',
    advice: [{ text: 'See what holds so much', command: 'cat /proc/net/sockstat; sysctl net.ipv4.tcp_mem' }],
  },
  {
    reason: 'NfsServerNotResponding',
    condition: 'NfsUnavailable',
    severity: 'warning',
    pattern: 'nfs: server (?P<subject>\\S+) not responding',
    wording: 'net/sunrpc/clnt.c; "still trying" of hard mounts, "timed out" of soft ones',
    revert: 'nfs: server (?P<subject>\\S+) OK',
    advice: [{ text: 'See which mounts hang', command: 'nodemend doctor --only mounts' }],
  },
];

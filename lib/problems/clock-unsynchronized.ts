import { defineProblem } from '../model/problem.ts';

export const clockUnsynchronized = defineProblem({
  type: 'ClockUnsynchronized',
  title: 'the clock of the node is not kept',
  meaning:
    'A clock that drifts breaks what compares times: certificates and tokens are refused, leases look expired, logs cannot be put in order, and etcd warns. A jump can make all of it happen at once.',
  detection:
    'What the running time daemon says: `chronyc tracking`, or the kernel’s own flag through timedatectl (about nine hours after the last answer of a server). Suspected in the first 10 minutes of the daemon. An offset above 1 s, or a date before 2024, counts at once. A host without a time daemon is skipped: its hypervisor may keep the clock.',
  advice: [
    { text: 'See whether servers answer', command: 'chronyc -n sources || timedatectl timesync-status || ntpq -pn' },
    { text: 'Let UDP port 123 pass to them', command: 'chronyc -n ntpdata | grep -E "Remote address|Total TX|Total RX"' },
    { text: 'Start the daemon again when the servers answer', command: 'systemctl restart DAEMON' },
    {
      text: 'Step a clock that is far off only on a drained node: leases and certificates see the jump',
      command: 'chronyc makestep',
    },
  ],
  settings: ['checks.clock.settle', 'checks.clock.maxOffset'],
  ladder: [],
  reasons: {
    ClockNotSynchronized: { severity: 'warning', description: 'A time daemon runs, and no server has told it the time' },
    ClockOffsetLarge: { severity: 'warning', description: 'The clock is further from the time servers than allowed' },
    ClockImplausible: { severity: 'critical', description: 'The clock shows a date from before this program was written' },
  },
});

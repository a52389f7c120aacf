import { reasonsOf } from '../model/eviction.ts';
import { defineProblem } from '../model/problem.ts';

export const evictionThresholdMet = defineProblem({
  type: 'EvictionThresholdMet',
  title: 'the kubelet evicts pods',
  meaning:
    'A resource is below an eviction threshold. The kubelet sets MemoryPressure, DiskPressure or PIDPressure with its taint, refuses new pods, reclaims what it can and then kills pods one by one: by a hard threshold without grace and without regard to PodDisruptionBudgets. The condition stays for evictionPressureTransitionPeriod (5m) after the resource is back.',
  detection:
    "Every eviction signal by the kubelet's own formula, below an effective threshold: hard is critical; soft is a warning until it stood for its grace period, then critical. Without a kubelet on the host the default thresholds serve as a yardstick, and it is a warning.",
  advice: [
    { text: 'See which signal is short, of how much, and where its threshold comes from', command: 'nodemend thresholds' },
    {
      text: 'See what fills the disk: its ten largest users of space and of inodes',
      command: 'nodemend doctor --only eviction-signals',
    },
    { text: 'See what could go without anybody missing it, in bytes and inodes', command: 'nodemend reclaim' },
    { text: 'Make room: the advice of each reason names the commands' },
    {
      text: 'If the disk cannot grow and the rest is enough, lower the threshold – with the complete set, or the other signals lose theirs',
      command: "nodemend tune eviction --set 'nodefs.available<5%'",
    },
  ],
  settings: ['checks.eviction-signals.interval', 'remedies.reclaim-disk.steps', 'remedies.set-eviction-hard.floors'],
  ladder: ['reclaim-disk', 'set-eviction-hard'],
  reasons: reasonsOf('critical', (signal) => `${signal} is below a threshold`),
});

import { reasonsOf } from '../model/eviction.ts';
import { defineProblem } from '../model/problem.ts';

export const evictionThresholdNear = defineProblem({
  type: 'EvictionThresholdNear',
  title: 'the kubelet will soon evict pods',
  meaning:
    'What is left of a resource is close to the threshold below which the kubelet sets a pressure condition, refuses new pods and kills running ones. Nothing has happened to a pod yet: this is the time to act.',
  detection:
    "Every eviction signal by the kubelet's own formula, against its effective hard and soft thresholds. Near: less above the threshold than a fifth of it or 2 % of the capacity, whichever is more, or at the present trend (median slope of at least 5 samples over at least 60 s, steadily falling) less than 10 minutes until it is met; by the trend alone it is suspected only.",
  advice: [
    { text: 'See which signal is short, of how much, and where its threshold comes from', command: 'nodemend thresholds' },
    {
      text: 'See what fills the disk: its ten largest users of space and of inodes',
      command: 'nodemend doctor --only eviction-signals',
    },
    { text: 'See what could go without anybody missing it, in bytes and inodes', command: 'nodemend reclaim' },
    { text: 'Find what takes it: the advice of each reason names the commands' },
  ],
  settings: [
    'checks.eviction-signals.margin',
    'checks.eviction-signals.capacityMargin',
    'checks.eviction-signals.timeLeft',
    'remedies.reclaim-disk.steps',
    'remedies.set-eviction-hard.floors',
  ],
  ladder: ['reclaim-disk', 'set-eviction-hard'],
  reasons: reasonsOf('warning', (signal) => `${signal} is close to a threshold, or will be there soon`),
});

import { defineProblem } from '../model/problem.ts';

export const evictionThresholdRefused = defineProblem({
  type: 'EvictionThresholdRefused',
  title: 'the kubelet refuses an eviction threshold of its configuration',
  meaning:
    'The running kubelet has read its configuration long ago and goes on. The next start – a reboot, an upgrade, a remedy – ends with an error, again and again, and the node is lost until somebody corrects the file.',
  detection:
    "The flags, --config-dir and --config, by the rules by which the kubelet's version checks thresholds when it starts.",
  advice: [{ text: 'Correct the threshold before the kubelet is restarted', command: 'nodemend thresholds' }],
  settings: ['checks.eviction-config.enabled'],
  ladder: [],
  reasons: {
    ThresholdRefused: {
      severity: 'warning',
      description: 'The kubelet refuses a threshold of its configuration: it will not start with it the next time',
    },
  },
});

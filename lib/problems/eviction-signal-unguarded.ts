import { reasonsOf } from '../model/eviction.ts';
import { defineProblem } from '../model/problem.ts';

export const evictionSignalUnguarded = defineProblem({
  type: 'EvictionSignalUnguarded',
  title: 'an eviction signal lost its default threshold',
  meaning:
    'A partial evictionHard replaces the defaults of all the other signals: the kubelet no longer acts when they run short, and the node fails instead of a pod. The well-known drop-in --eviction-hard=nodefs.available<5% falls into it.',
  detection:
    "The effective evictionHard and evictionSoft (flag, --config-dir, --config, defaults of the kubelet's version) against the defaults of that version. Not counted: a signal turned off by name (0% or 100%), imagefs on the filesystem of nodefs, pid.available, which has no default.",
  advice: [{ text: 'Write the complete set; the message and `nodemend thresholds` name it', command: 'nodemend thresholds' }],
  settings: ['checks.eviction-config.enabled'],
  ladder: [],
  // Notices alone, and so never a Node condition: a stock partial setting is no reason to drain a node.
  reasons: reasonsOf('notice', (signal) => `nobody guards ${signal}: the kubelet has no threshold for it`),
});

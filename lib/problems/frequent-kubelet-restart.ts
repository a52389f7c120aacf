import { frequentRestart } from '../model/frequent-restart.ts';

export const frequentKubeletRestart = frequentRestart({
  type: 'FrequentKubeletRestart',
  daemon: 'kubelet',
  meaning:
    'The kubelet ends again and again. Containers run on, but probes, evictions and new pods wait for it each time, and the node may flap between Ready and NotReady.',
});

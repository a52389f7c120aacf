import { frequentRestart, RUNTIME_ENDS } from '../model/frequent-restart.ts';

export const frequentContainerdRestart = frequentRestart({
  type: 'FrequentContainerdRestart',
  daemon: 'containerd',
  meaning: RUNTIME_ENDS,
});

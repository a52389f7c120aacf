import { frequentRestart, RUNTIME_ENDS } from '../model/frequent-restart.ts';

export const frequentDockerRestart = frequentRestart({ type: 'FrequentDockerRestart', daemon: 'docker', meaning: RUNTIME_ENDS });

import type { Fault } from '../fault.ts';
import { resume, signalMain } from './shared/unit.ts';

export const dockerdHung: Fault = {
  name: 'dockerd-hung',
  title: 'dockerd is stopped (SIGSTOP): its socket accepts and never answers',
  runtimes: ['docker'],
  expects: [
    { type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' },
    { type: 'PLEGUnhealthy', cause: 'ContainerRuntimeUnhealthy' },
  ],
  break: (host) => signalMain(host, 'docker', 'STOP'),
  mend: (host) => resume(host, 'docker'),
};

import type { Fault } from '../fault.ts';
import { ensureActive, signalMain } from './shared/unit.ts';

export const dockerdKilled: Fault = {
  name: 'dockerd-killed',
  title: 'dockerd is killed (SIGKILL); systemd starts it again at once',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerDown' }],
  never: ['ContainerRuntimeUnhealthy/DockerHung'],
  passing: true,
  break: (host) => signalMain(host, 'docker', 'KILL'),
  mend: (host) => ensureActive(host, 'docker.socket', 'docker.service'),
};

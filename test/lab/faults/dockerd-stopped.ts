import type { Fault } from '../fault.ts';
import { ensureActive } from './shared/unit.ts';

export const dockerdStopped: Fault = {
  name: 'dockerd-stopped',
  title: 'docker is stopped, its socket with it; the containers go on',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerDown' }],
  break: async (host) => void (await host.sh('systemctl stop docker.socket docker.service')),
  mend: (host) => ensureActive(host, 'docker.socket', 'docker.service'),
};

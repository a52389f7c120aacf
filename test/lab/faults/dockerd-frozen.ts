import type { Fault } from '../fault.ts';
import { confine, release } from './shared/confine.ts';

const fault = 'dockerd-frozen';

export const dockerdFrozen: Fault = {
  name: fault,
  title: 'dockerd is in the freezer: no signal reaches it, not even SIGKILL, as in D state',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung', cause: 'UninterruptibleTasks' }],
  break: (host) =>
    confine(host, {
      ...{ fault, unit: 'docker', controller: 'freezer' },
      v1: 'echo FROZEN >freezer.state',
      v2: 'systemctl freeze docker',
    }),
  mend: (host) => release(host, { fault, controller: 'freezer', v2: 'systemctl thaw docker 2>/dev/null' }),
};

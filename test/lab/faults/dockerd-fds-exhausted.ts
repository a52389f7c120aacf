import type { Fault } from '../fault.ts';
import { fewDescriptors, manyDescriptors } from './shared/descriptors.ts';

const fault = 'dockerd-fds-exhausted';

export const dockerdFdsExhausted: Fault = {
  name: fault,
  title: 'dockerd has no descriptor left: it accepts nobody, and no restart helps who leaks',
  runtimes: ['docker'],
  expects: [
    { type: 'FileDescriptorsNearLimit', reason: 'ProcessDescriptorsNearLimit' },
    { type: 'ContainerRuntimeUnhealthy', cause: 'FileDescriptorsNearLimit' },
  ],
  break: (host) => fewDescriptors(host, { fault, unit: 'docker', socket: '/run/docker.sock' }, 0),
  mend: (host) => manyDescriptors(host, { fault, unit: 'docker' }),
};

import type { Fault } from '../fault.ts';
import { sayKernel } from './shared/kmsg.ts';

export const kmsgTaskHung: Fault = {
  name: 'kmsg-task-hung',
  title: 'a kernel line: task docker blocked for more than 120 seconds',
  expects: [{ type: 'KernelDeadlock', reason: 'DockerHung' }],
  seenBy: 'agent',
  break: (host) => sayKernel(host, 'kernel: INFO: task docker:20744 blocked for more than 120 seconds.'),
  mend: async () => undefined,
};

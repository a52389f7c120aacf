import type { Fault } from '../fault.ts';
import { sayKernel } from './shared/kmsg.ts';

/** An event, KernelOops, and no condition. */
export const kmsgOops: Fault = {
  name: 'kmsg-oops',
  title: 'a kernel line: BUG: unable to handle kernel NULL pointer dereference',
  expects: [],
  seenBy: 'agent',
  break: (host) => sayKernel(host, 'kernel: BUG: unable to handle kernel NULL pointer dereference at TESTING'),
  mend: async () => undefined,
};

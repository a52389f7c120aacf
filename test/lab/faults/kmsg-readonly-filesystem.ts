import type { Fault } from '../fault.ts';
import { sayKernel } from './shared/kmsg.ts';

export const kmsgReadonlyFilesystem: Fault = {
  name: 'kmsg-readonly-filesystem',
  title: 'a kernel line: Remounting filesystem read-only',
  expects: [{ type: 'ReadonlyFilesystem', reason: 'FilesystemIsReadOnly' }],
  seenBy: 'agent',
  break: (host) => sayKernel(host, 'Remounting filesystem read-only'),
  mend: async () => undefined,
};

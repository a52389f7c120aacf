import type { Fault } from '../fault.ts';
import { mountHung, unmountHung } from './shared/hung-mount.ts';

const name = 'fuse-hung';
const path = '/mnt/lab-fuse-hung';

export const fuseHung: Fault = {
  name,
  title: `a FUSE mount at ${path} whose server never answers`,
  expects: [{ type: 'MountUnresponsive', reason: 'MountHung', subject: path }],
  break: (host) => mountHung(host, name, path),
  mend: (host) => unmountHung(host, name),
};

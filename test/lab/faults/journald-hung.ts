import type { Fault } from '../fault.ts';
import { resume, signalMain } from './shared/unit.ts';

export const journaldHung: Fault = {
  name: 'journald-hung',
  title: 'systemd-journald is stopped (SIGSTOP): who logs blocks as soon as the socket is full',
  expects: [],
  break: (host) => signalMain(host, 'systemd-journald', 'STOP'),
  mend: (host) => resume(host, 'systemd-journald'),
};

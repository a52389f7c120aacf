import type { Fault } from '../fault.ts';
import { resume, signalMain } from './shared/unit.ts';

export const dbusHung: Fault = {
  name: 'dbus-hung',
  title: 'the system bus is stopped (SIGSTOP): who asks it waits',
  expects: [],
  break: (host) => signalMain(host, 'dbus', 'STOP'),
  mend: (host) => resume(host, 'dbus'),
};

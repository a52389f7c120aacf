import type { Fault } from '../fault.ts';
import { resume, signalMain } from './shared/unit.ts';

export const containerdHung: Fault = {
  name: 'containerd-hung',
  title: 'containerd is stopped (SIGSTOP): its socket accepts and never answers',
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdHung' }],
  break: (host) => signalMain(host, 'containerd', 'STOP'),
  mend: (host) => resume(host, 'containerd'),
};

import type { Fault } from '../fault.ts';
import { ensureActive, signalMain } from './shared/unit.ts';

export const containerdKilled: Fault = {
  name: 'containerd-killed',
  title: 'containerd is killed (SIGKILL); systemd starts it again after 5 s',
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdDown' }],
  never: ['ContainerRuntimeUnhealthy/ContainerdHung'],
  passing: true,
  break: (host) => signalMain(host, 'containerd', 'KILL'),
  mend: (host) => ensureActive(host, 'containerd'),
};

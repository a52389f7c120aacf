import type { Fault } from '../fault.ts';
import { ensureActive } from './shared/unit.ts';

export const containerdStopped: Fault = {
  name: 'containerd-stopped',
  title: 'containerd is stopped; the containers and their shims go on',
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdDown' }],
  break: async (host) => void (await host.sh('systemctl stop containerd')),
  mend: (host) => ensureActive(host, 'containerd'),
};

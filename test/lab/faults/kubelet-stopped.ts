import type { Fault } from '../fault.ts';
import { ensureActive } from './shared/unit.ts';

export const kubeletStopped: Fault = {
  name: 'kubelet-stopped',
  title: 'a person has stopped the kubelet with systemctl',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletStopped' }],
  // A notice: who stopped it knows.
  exits: [0],
  break: async (host) => void (await host.sh('systemctl stop kubelet')),
  mend: (host) => ensureActive(host, 'kubelet'),
};

import type { Fault } from '../fault.ts';
import { ensureActive, signalMain } from './shared/unit.ts';

export const kubeletKilled: Fault = {
  name: 'kubelet-killed',
  title: 'the kubelet is killed (SIGKILL); systemd starts it again after 10 s',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletDown' }],
  passing: true,
  break: (host) => signalMain(host, 'kubelet', 'KILL'),
  mend: (host) => ensureActive(host, 'kubelet'),
};

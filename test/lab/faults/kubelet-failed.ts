import type { Fault } from '../fault.ts';
import { addDropIn, ensureActive, removeDropIn, signalMain } from './shared/unit.ts';

const name = 'kubelet-failed';

export const kubeletFailed: Fault = {
  name,
  title: 'the kubelet is killed (SIGKILL) and its unit says Restart=no: it stays down, its containers run',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletDown' }],
  async break(host) {
    await addDropIn(host, 'kubelet', name, '[Service]\nRestart=no\n');
    await signalMain(host, 'kubelet', 'KILL');
  },
  async mend(host) {
    await removeDropIn(host, 'kubelet', name);
    await ensureActive(host, 'kubelet');
  },
};

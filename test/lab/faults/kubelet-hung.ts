import type { Fault } from '../fault.ts';
import { resume, signalMain } from './shared/unit.ts';

export const kubeletHung: Fault = {
  name: 'kubelet-hung',
  title: 'the kubelet is stopped (SIGSTOP): its ports accept and never answer',
  expects: [{ type: 'KubeletUnhealthy', reason: 'KubeletHung' }],
  break: (host) => signalMain(host, 'kubelet', 'STOP'),
  mend: (host) => resume(host, 'kubelet'),
};

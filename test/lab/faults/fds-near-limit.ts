import type { Fault } from '../fault.ts';
import { fewDescriptors, manyDescriptors } from './shared/descriptors.ts';

const fault = 'fds-near-limit';

export const fdsNearLimit: Fault = {
  name: fault,
  title: 'containerd has 200 connections and may open 12 descriptors more',
  expects: [{ type: 'FileDescriptorsNearLimit', reason: 'ProcessDescriptorsNearLimit' }],
  break: (host) => fewDescriptors(host, { fault, unit: 'containerd', socket: '/run/containerd/containerd.sock' }, 12),
  mend: (host) => manyDescriptors(host, { fault, unit: 'containerd' }),
};

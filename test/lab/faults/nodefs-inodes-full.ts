import type { Fault } from '../fault.ts';
import { fillInodes, unfill } from './shared/fill-disk.ts';
import { forgetPressure } from './shared/kubelet-state.ts';

const name = 'nodefs-inodes-full';

export const nodefsInodesFull: Fault = {
  name,
  title: "the kubelet's disk has 1 % of its inodes left: it evicts",
  expects: [{ type: 'EvictionThresholdMet', reason: 'NodefsInodesFree', subject: 'nodefs.inodesFree' }],
  break: async (host) => fillInodes(host.disks.kubelet, name, 0.01),
  mend: (host, lab) => forgetPressure(host, lab, unfill(host.disks.kubelet, name)),
};

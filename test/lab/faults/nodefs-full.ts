import type { Fault } from '../fault.ts';
import { fillBytes, unfill } from './shared/fill-disk.ts';
import { forgetPressure } from './shared/kubelet-state.ts';

const name = 'nodefs-full';

export const nodefsFull: Fault = {
  name,
  title: "the kubelet's disk has 1 % left: it evicts",
  expects: [{ type: 'EvictionThresholdMet', reason: 'NodefsAvailable', subject: 'nodefs.available' }],
  break: (host) => fillBytes(host.disks.kubelet, name, 0.01),
  mend: (host, lab) => forgetPressure(host, lab, unfill(host.disks.kubelet, name)),
};

import type { Fault } from '../fault.ts';
import { fillBytes, runtimeDisk, unfill } from './shared/fill-disk.ts';
import { forgetPressure } from './shared/kubelet-state.ts';

const name = 'imagefs-full';

export const imagefsFull: Fault = {
  name,
  title: "the runtime's disk has 2 % left: the kubelet deletes images and evicts",
  expects: [{ type: 'EvictionThresholdMet', reason: 'ImagefsAvailable', subject: 'imagefs.available' }],
  break: (host) => fillBytes(runtimeDisk(host), name, 0.02),
  mend: (host, lab) => forgetPressure(host, lab, host.disks.runtime !== undefined && unfill(host.disks.runtime, name)),
};

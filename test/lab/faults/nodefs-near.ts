import type { Fault } from '../fault.ts';
import { fillBytes, unfill } from './shared/fill-disk.ts';
import { forgetPressure } from './shared/kubelet-state.ts';

const name = 'nodefs-near';

export const nodefsNear: Fault = {
  name,
  title: "the kubelet's disk has 11.5 % left, eviction starts below 10 %",
  expects: [{ type: 'EvictionThresholdNear', reason: 'NodefsAvailable', subject: 'nodefs.available' }],
  never: ['EvictionThresholdMet'],
  break: (host) => fillBytes(host.disks.kubelet, name, 0.115),
  mend: (host, lab) => forgetPressure(host, lab, unfill(host.disks.kubelet, name)),
};

import type { Fault } from '../fault.ts';
import { busyLoops, endLoad, startLoad } from './shared/pressure.ts';

const name = 'cpu-pressure';

export const cpuPressure: Fault = {
  name,
  title: 'four busy loops on two CPUs for three minutes: nothing is broken, everything waits',
  expects: [],
  never: ['ContainerRuntimeUnhealthy', 'KubeletUnhealthy', 'PLEGUnhealthy'],
  break: (host) => startLoad(host, busyLoops(name)),
  mend: (host) => endLoad(host, name),
};

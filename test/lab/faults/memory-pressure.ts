import type { Fault } from '../fault.ts';
import { endLoad, startLoad } from './shared/pressure.ts';

const name = 'memory-pressure';
const file = '/var/lib/kubelet/lab-memory-pressure';

export const memoryPressure: Fault = {
  name,
  title: 'readers of a large file in a group of 32 MB: the kernel reclaims all the time, for three minutes',
  expects: [],
  never: ['ContainerRuntimeUnhealthy', 'KubeletUnhealthy', 'PLEGUnhealthy'],
  break: (host) => {
    // A hole: its pages cost memory and no disk.
    const prepare = `truncate -s 1G ${file}`;
    const readers = `for i in 1 2 3; do ( while :; do cat ${file} >/dev/null; done ) & done; wait`;
    const limits = 'echo 32M >memory.limit_in_bytes; echo 32M >memory.max';
    return startLoad(host, { fault: name, controller: 'memory', limits, script: `${prepare}; ${readers}` });
  },
  async mend(host) {
    await endLoad(host, name);
    await host.sh(`rm -f ${file}`);
  },
};

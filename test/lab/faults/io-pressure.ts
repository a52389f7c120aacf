import type { Fault } from '../fault.ts';
import { endLoad, startLoad } from './shared/pressure.ts';

const name = 'io-pressure';
const file = '/var/lib/kubelet/lab-io-pressure';

export const ioPressure: Fault = {
  name,
  title: "three writers that sync every block of 4 KiB on the kubelet's disk for three minutes",
  expects: [],
  never: ['ContainerRuntimeUnhealthy', 'KubeletUnhealthy', 'PLEGUnhealthy'],
  break: (host) => {
    const writer = `while :; do dd if=/dev/zero of=${file}-$i bs=4k count=1024 oflag=dsync conv=notrunc 2>/dev/null; done`;
    return startLoad(host, {
      fault: name,
      controller: 'blkio',
      limits: ':',
      script: `for i in 1 2 3; do ( ${writer} ) & done; wait`,
    });
  },
  async mend(host) {
    await endLoad(host, name);
    await host.sh(`rm -f ${file}-*`);
  },
};

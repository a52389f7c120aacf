import type { Fault } from '../fault.ts';

const directory = '/etc/cni/net.d';
const kept = '/etc/cni/lab-cni-missing';

export const cniMissing: Fault = {
  name: 'cni-missing',
  title: `${directory} holds no network configuration`,
  expects: [{ type: 'NodeNetworkUnhealthy' }],
  break: async (host) => void (await host.sh(`[ -d ${kept} ] || { mv ${directory} ${kept} && mkdir ${directory}; }`)),
  mend: async (host) =>
    void (await host.sh(`[ ! -d ${kept} ] || { rmdir ${directory} 2>/dev/null; mv -T ${kept} ${directory}; }`)),
};

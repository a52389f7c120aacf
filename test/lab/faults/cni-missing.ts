import type { Fault } from '../fault.ts';

const directory = '/etc/cni/net.d';
const kept = '/etc/cni/lab-cni-missing';

export const cniMissing: Fault = {
  name: 'cni-missing',
  title: `${directory} holds no network configuration: no pod with an address of its own can start`,
  expects: [{ type: 'NodeNetworkUnhealthy', reason: 'CniConfigurationMissing' }],
  async break(host) {
    await host.sh(`[ -d ${kept} ] || { mv ${directory} ${kept} && mkdir ${directory}; }`);
    // containerd sees it at once; dockershim goes on with what it has read, until its kubelet starts anew.
    if (host.runtime === 'docker') await host.sh('systemctl restart kubelet');
  },
  async mend(host) {
    await host.sh(`[ ! -d ${kept} ] || { rmdir ${directory} 2>/dev/null; mv -T ${kept} ${directory}; }`);
  },
};

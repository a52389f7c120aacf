import type { Fault } from '../fault.ts';

const directory = '/proc/sys/net/netfilter';
const standIns = '/run/lab-conntrack-near-limit';

export const conntrackNearLimit: Fault = {
  name: 'conntrack-near-limit',
  title: "files with other numbers lie over the host view of the connection table: the real one is the whole machine's",
  expects: [{ type: 'ConntrackNearLimit', reason: 'ConntrackTableNearlyFull' }],
  break: async (host) =>
    void (await host.sh(`set -e
      mkdir -p ${standIns}
      echo 262144 >${standIns}/nf_conntrack_max
      echo 245000 >${standIns}/nf_conntrack_count
      for name in nf_conntrack_max nf_conntrack_count; do mount --bind ${standIns}/$name ${directory}/$name; done`)),
  mend: async (host) =>
    void (await host.sh(`for name in nf_conntrack_max nf_conntrack_count; do
        while grep -q " ${directory}/$name " /proc/self/mountinfo; do umount ${directory}/$name || exit; done
      done
      rm -rf ${standIns}`)),
};

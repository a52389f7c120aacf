import type { Fault } from '../fault.ts';
import { mainPid } from './shared/unit.ts';

/** v1: a group of our own in the freezer hierarchy, which systemd leaves alone. v2: the unit's own group. */
const group = '/sys/fs/cgroup/freezer/lab-dockerd-frozen';

export const dockerdFrozen: Fault = {
  name: 'dockerd-frozen',
  title: 'dockerd is in the freezer: no signal reaches it, not even SIGKILL, as in D state',
  runtimes: ['docker'],
  expects: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung', cause: 'UninterruptibleTasks' }],
  async break(host) {
    const pid = await mainPid(host, 'docker');
    await host.sh(`if [ -d /sys/fs/cgroup/freezer ]
      then mkdir -p ${group} && echo ${pid} >${group}/cgroup.procs && echo FROZEN >${group}/freezer.state
      else systemctl freeze docker
      fi`);
  },
  async mend(host) {
    await host.sh(`if [ ! -d /sys/fs/cgroup/freezer ]; then systemctl thaw docker 2>/dev/null; exit 0; fi
      [ -d ${group} ] || exit 0
      echo THAWED >${group}/freezer.state
      for pid in $(cat ${group}/cgroup.procs); do echo "$pid" >/sys/fs/cgroup/freezer/cgroup.procs 2>/dev/null; done
      rmdir ${group}`);
  },
};

import type { Fault } from '../fault.ts';
import { confine, release, resetProperty } from './shared/confine.ts';
import { endHelpers, startHelper } from './shared/helper.ts';

const fault = 'pids-near-limit';
/** So many that a thread more or less makes no difference: a Go daemon that gets none dies. */
const sleepers = 150;
const spare = 6;

export const pidsNearLimit: Fault = {
  name: fault,
  title: `the runtime's control group has ${sleepers} idle processes more, and room for ${spare} tasks`,
  expects: [{ type: 'PidsNearLimit', reason: 'ControlGroupTasksNearLimit' }],
  async break(host) {
    const unit = host.runtime;
    const v2 = `echo "$(systemctl show --value --property=ControlGroup ${unit})" >/run/lab-${fault}.unit`;
    await confine(host, { fault, unit, controller: 'pids', v1: ':', v2 });
    await startHelper(
      host,
      fault,
      `group=/sys/fs/cgroup/pids/lab-${fault}
      [ -d $group ] || group=/sys/fs/cgroup$(cat /run/lab-${fault}.unit)
      echo $$ >$group/cgroup.procs
      for i in $(seq ${sleepers}); do sleep 1800 & done
      echo $(( $(cat $group/pids.current) + ${spare} )) >$group/pids.max
      wait`,
    );
  },
  async mend(host) {
    await endHelpers(host, fault);
    const v2 = `rm -f /run/lab-${fault}.unit; systemctl set-property --runtime ${host.runtime}.service TasksMax=infinity; ${resetProperty(host.runtime, 'TasksMax', 'infinity')}`;
    await release(host, { fault, controller: 'pids', v2 });
  },
};

import type { Fault } from '../fault.ts';
import { confine, release, resetProperty, setProperty } from './shared/confine.ts';
import { property } from './shared/unit.ts';

const fault = 'pids-near-limit';
const spare = 2;

export const pidsNearLimit: Fault = {
  name: fault,
  title: `the runtime may have ${spare} tasks more than it has`,
  expects: [{ type: 'PidsNearLimit', reason: 'ControlGroupTasksNearLimit' }],
  async break(host) {
    const tasks = await property(host, host.runtime, 'TasksCurrent');
    const v1 = `echo $(( $(cat pids.current) + ${spare} )) >pids.max`;
    const v2 = setProperty(host.runtime, 'TasksMax', String(Number(tasks) + spare));
    await confine(host, { fault, unit: host.runtime, controller: 'pids', v1, v2 });
  },
  mend: (host) => release(host, { fault, controller: 'pids', v2: resetProperty(host.runtime, 'TasksMax', 'infinity') }),
};

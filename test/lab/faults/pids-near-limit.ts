import type { Fault } from '../fault.ts';
import { limitUnit, property, unlimitUnit } from './shared/unit.ts';

export const pidsNearLimit: Fault = {
  name: 'pids-near-limit',
  title: "the runtime's unit may have two tasks more than it has",
  expects: [{ type: 'PidsNearLimit' }],
  async break(host) {
    const tasks = Number(await property(host, host.runtime, 'TasksCurrent'));
    await limitUnit(host, host.runtime, 'TasksMax', String(tasks + 2));
  },
  mend: (host) => unlimitUnit(host, host.runtime, 'TasksMax', 'infinity'),
};

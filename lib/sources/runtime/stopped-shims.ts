import { parseProcessState } from '../../model/proc-stat.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { runtimeShims } from './runtime-shims.ts';

/** PIDs of shims in state T: a look of microseconds that says where an inspect may hang. */
export const stoppedShims = defineSource<readonly number[]>({
  id: 'stopped-shims',
  deadline: seconds(5),
  keep: seconds(10),
  worthKeeping: (pids) => pids.length === 0,
  async read(host, { use }) {
    const shims = await use(runtimeShims);
    const stats = await Promise.all(shims.map(({ pid }) => host.readFile(`/proc/${pid}/stat`)));
    const states = stats.map((stat) => (stat.kind === 'text' ? parseProcessState(stat.text) : undefined));
    return shims.filter((_, at) => states[at]?.toUpperCase() === 'T').map(({ pid }) => pid);
  },
});

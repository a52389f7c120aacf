import { AgentError } from '../../errors.ts';
import type { HostView, ProcessEntry } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, ms, seconds } from '../../model/units.ts';
import { tasksPath } from '../host/task-limits.ts';
import { runtimeShims, type Shim } from './runtime-shims.ts';

/** A container as the kernel shows it: a group of processes below a shim. */
export interface HeldContainer {
  readonly container: string;
  /** Directory below /sys/fs/cgroup. */
  readonly group: string;
}

/** A shim with what it holds, by the kernel's word: parent and control group cannot be made up. */
export interface ShimHolding {
  readonly pid: number;
  readonly startTicks: number;
  /** What its command line says it holds. */
  readonly holds: string;
  readonly groups: readonly HeldContainer[];
}

const ID = /[0-9a-f]{64}/;
const MOST_CHILDREN = 4096;

/** The container's own group: what lies below it (a systemd in the container) belongs to it. */
export function containerGroup(cgroup: string): HeldContainer | undefined {
  const tasks = tasksPath(cgroup);
  if (tasks === undefined) return undefined;
  const segments = tasks.path.split('/');
  const at = segments.findIndex((segment) => ID.test(segment));
  const container = ID.exec(segments[at] ?? '')?.[0];
  return container === undefined ? undefined : { container, group: `${tasks.root}${segments.slice(0, at + 1).join('/')}` };
}

async function groupOf(host: HostView, { pid }: ProcessEntry): Promise<HeldContainer | undefined> {
  const cgroup = await host.readFile(`/proc/${pid}/cgroup`, { maxBytes: 64 * KiB, deadline: ms(500) });
  return cgroup.kind === 'text' ? containerGroup(cgroup.text) : undefined;
}

async function holdingOf(host: HostView, shim: Shim, entries: readonly ProcessEntry[]): Promise<ShimHolding[]> {
  const entry = entries.find(({ pid }) => pid === shim.pid);
  if (entry === undefined || shim.container === undefined) return [];
  const children = entries.filter(({ parent }) => parent === shim.pid).slice(0, MOST_CHILDREN);
  const groups = (await Promise.all(children.map((child) => groupOf(host, child)))).filter((group) => group !== undefined);
  const byPath = new Map(groups.map((group) => [group.group, group]));
  return [{ pid: shim.pid, startTicks: entry.startTicks, holds: shim.container, groups: [...byPath.values()] }];
}

/** Which process holds which container. Read only when one of them is to be ended. */
export const shimHoldings = defineSource<readonly ShimHolding[]>({
  id: 'shim-holdings',
  deadline: seconds(5),
  async read(host, { use }) {
    const [shims, table] = await Promise.all([use(runtimeShims), host.processes()]);
    if (table.kind !== 'processes') throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(table)}`);
    return (await Promise.all(shims.map((shim) => holdingOf(host, shim, table.entries)))).flat();
  },
});

import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { nodeDaemons } from '../runtime/node-daemons.ts';
import { parseLoadavg } from './pressure.ts';

/** A control group with a limit of tasks. */
export interface GroupTasks {
  readonly path: string;
  readonly tasks: number;
  readonly limit: number;
  /** How often a fork failed at it. */
  readonly refused?: number;
}

export interface TaskLimits {
  /** Undefined: /proc does not tell. */
  readonly host?: { readonly tasks: number; readonly pidMax: number; readonly threadsMax: number };
  /** Of the daemons, of everything above them, and of the pods together. */
  readonly groups: readonly GroupTasks[];
}

const V1 = '/sys/fs/cgroup/pids';
const V2 = '/sys/fs/cgroup';
/** systemd's and cgroupfs' name of the group that holds all pods. */
const PODS = ['/kubepods.slice', '/kubepods'];

/** Path in the hierarchy that counts tasks: v1's pids controller, else the unified one. */
export function tasksPath(cgroup: string): { readonly root: string; readonly path: string } | undefined {
  for (const line of cgroup.split('\n')) {
    const [, controllers = '', path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path !== undefined && controllers.split(',').includes('pids')) return { root: V1, path };
  }
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  return path === undefined ? undefined : { root: V2, path };
}

/** The group and all above it: a fork fails at the first that is full. */
export function withAncestors(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '..');
  return segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`);
}

async function readNumber(host: HostView, path: string): Promise<number | undefined> {
  const answer = await host.readFile(path);
  return answer.kind === 'text' && /^\d+\s*$/.test(answer.text) ? Number(answer.text) : undefined;
}

async function readGroup(host: HostView, root: string, path: string): Promise<GroupTasks[]> {
  // "max" is not a number: no limit here.
  const limit = await readNumber(host, `${root}${path}/pids.max`);
  const tasks = limit === undefined ? undefined : await readNumber(host, `${root}${path}/pids.current`);
  if (limit === undefined || tasks === undefined) return [];
  const events = await host.readFile(`${root}${path}/pids.events`);
  const refused = events.kind === 'text' ? /^max (\d+)$/m.exec(events.text)?.[1] : undefined;
  return [{ path, tasks, limit, ...(refused === undefined ? {} : { refused: Number(refused) }) }];
}

async function readHost(host: HostView): Promise<TaskLimits['host']> {
  const [loadavg, pidMax, threadsMax] = await Promise.all([
    host.readFile('/proc/loadavg'),
    readNumber(host, '/proc/sys/kernel/pid_max'),
    readNumber(host, '/proc/sys/kernel/threads-max'),
  ]);
  const tasks = loadavg.kind === 'text' ? parseLoadavg(loadavg.text)?.tasks : undefined;
  return tasks === undefined || pidMax === undefined || threadsMax === undefined ? undefined : { tasks, pidMax, threadsMax };
}

async function readLimits(host: HostView, { use }: ReadContext): Promise<TaskLimits> {
  const [ofHost, daemons] = await Promise.all([readHost(host), use(nodeDaemons)]);
  const places = daemons.flatMap(({ cgroup }) => tasksPath(cgroup) ?? []);
  const root = places[0]?.root ?? V2;
  const paths = new Set([...places.flatMap(({ path }) => withAncestors(path)), ...PODS]);
  const groups = await Promise.all([...paths].map((path) => readGroup(host, root, path)));
  return { groups: groups.flat(), ...(ofHost === undefined ? {} : { host: ofHost }) };
}

/** Tasks (processes and threads) against everything that limits their number. */
export const taskLimits = defineSource<TaskLimits>({ id: 'task-limits', deadline: seconds(6), read: readLimits });

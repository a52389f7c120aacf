import type { HostView } from '../../host/host.ts';
import type { Duration } from '../../model/units.ts';
import { KiB } from '../../model/units.ts';

/** One thread of a daemon at one moment, from /proc/PID/task/TID. */
export interface ThreadSample {
  readonly thread: number;
  /** R, S, D, T … of proc(5). */
  readonly state: string;
  /** Clock ticks of 10 ms. */
  readonly cpuTicks: number;
  /** schedstat: nanoseconds on a CPU, and runnable without one; absent when the kernel does not count them. */
  readonly ran?: number;
  readonly waited?: number;
}

export interface ProgressSample {
  readonly pid: number;
  readonly startTicks: number;
  /** Of all threads, the ended ones too. */
  readonly cpuTicks: number;
  readonly threads: readonly ThreadSample[];
}

export interface StuckThread {
  readonly thread: number;
  readonly state: string;
  /** Kernel function it waits in; `0` when it waits in none. */
  readonly wchan?: string;
}

/** What a daemon did while it owed an answer. */
export interface Progress {
  readonly pid: number;
  readonly window: Duration;
  readonly cpu: Duration;
  /** Runnable without a CPU, all threads together; absent: the kernel does not tell. */
  readonly waitedForCpu?: Duration;
  readonly threads: number;
  /** Number of threads by state at the end. */
  readonly states: Readonly<Record<string, number>>;
  /** In D, T or t at both ends, at most eight; the main thread first. */
  readonly stuck: readonly StuckThread[];
}

const MOST_THREADS = 512;
const TICK: Duration = 10;
const NANOSECONDS = 1e6;

interface TaskStat {
  readonly state: string;
  readonly cpuTicks: number;
  readonly startTicks: number;
}

/** The fields we need of /proc/PID/stat; the name before them may hold blanks and parentheses. */
export function parseTaskStat(text: string): TaskStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, cpuTicks, startTicks] = [fields[0] ?? '', Number(fields[11]) + Number(fields[12]), Number(fields[19])];
  if (!/^[A-Za-z]$/.test(state) || !Number.isFinite(cpuTicks) || !Number.isFinite(startTicks)) return undefined;
  return { state, cpuTicks, startTicks };
}

/** Linux 5.14+ without delay accounting prints zeroes: that is "not counted", not "never ran". */
export function parseSchedstat(text: string): Pick<ThreadSample, 'ran' | 'waited'> {
  const match = /^(\d+) (\d+) (\d+)$/.exec(text.trim());
  if (match === null || Number(match[3]) === 0) return {};
  return { ran: Number(match[1]), waited: Number(match[2]) };
}

async function text(host: HostView, path: string): Promise<string> {
  const file = await host.readFile(path, { maxBytes: 4 * KiB });
  return file.kind === 'text' ? file.text : '';
}

async function sampleThread(host: HostView, directory: string, id: string): Promise<ThreadSample | undefined> {
  const [stat, schedstat] = await Promise.all([
    text(host, `${directory}/${id}/stat`),
    text(host, `${directory}/${id}/schedstat`),
  ]);
  const task = parseTaskStat(stat);
  if (task === undefined) return undefined;
  return { thread: Number(id), state: task.state, cpuTicks: task.cpuTicks, ...parseSchedstat(schedstat) };
}

/** Undefined when the process is gone or may not be looked at. */
export async function sampleProgress(host: HostView, pid: number): Promise<ProgressSample | undefined> {
  const directory = `/proc/${pid}/task`;
  const [stat, tasks] = await Promise.all([text(host, `/proc/${pid}/stat`), host.listDirectory(directory)]);
  const group = parseTaskStat(stat);
  if (group === undefined || tasks.kind !== 'entries') return undefined;
  const ids = tasks.names.filter((name) => /^\d+$/.test(name)).slice(0, MOST_THREADS);
  const threads = await Promise.all(ids.map((id) => sampleThread(host, directory, id)));
  return { pid, startTicks: group.startTicks, cpuTicks: group.cpuTicks, threads: threads.filter((one) => one !== undefined) };
}

const isStuck = ({ state }: ThreadSample) => state === 'D' || state === 'T' || state === 't';

function waitedBetween(before: ThreadSample, after: ThreadSample, window: Duration): Duration {
  const counted = ((after.waited ?? 0) - (before.waited ?? 0)) / NANOSECONDS;
  // The kernel adds a wait when it ends: a thread that was runnable at both ends and never ran waited all the time.
  const neverRan = before.state === 'R' && after.state === 'R' && before.ran === after.ran;
  return neverRan ? window : Math.max(0, counted);
}

/** Pure: what happened between two samples of one process. */
export function progressBetween(before: ProgressSample, after: ProgressSample, window: Duration): Progress {
  const earlier = new Map(before.threads.map((thread) => [thread.thread, thread]));
  const born = (thread: number): ThreadSample => ({ thread, state: 'S', cpuTicks: 0, ran: 0, waited: 0 });
  let ran = 0;
  let waited = 0;
  let counted = false;
  const states: Record<string, number> = {};
  for (const thread of after.threads) {
    states[thread.state] = (states[thread.state] ?? 0) + 1;
    const since = earlier.get(thread.thread) ?? born(thread.thread);
    if (thread.ran !== undefined) counted = true;
    ran += ((thread.ran ?? 0) - (since.ran ?? 0)) / NANOSECONDS;
    waited += waitedBetween(since, thread, window);
  }
  const stuck = after.threads.filter((thread) => isStuck(thread) && earlier.get(thread.thread)?.state === thread.state);
  return {
    pid: after.pid,
    window,
    // Ticks count threads that ended meanwhile, nanoseconds see less than a tick: the larger one is nearer the truth.
    cpu: Math.max((after.cpuTicks - before.cpuTicks) * TICK, ran, 0),
    ...(counted || waited > 0 ? { waitedForCpu: waited } : {}),
    threads: after.threads.length,
    states,
    stuck: stuck
      .toSorted((a, b) => Number(b.thread === after.pid) - Number(a.thread === after.pid))
      .slice(0, 8)
      .map(({ thread, state }) => ({ thread, state })),
  };
}

/** Where the stuck threads wait in the kernel: what tells a dead mount from a full disk. */
export async function withWaitChannels(host: HostView, progress: Progress): Promise<Progress> {
  const stuck = await Promise.all(
    progress.stuck.map(async (thread) => {
      const wchan = (await text(host, `/proc/${progress.pid}/task/${thread.thread}/wchan`)).trim();
      return wchan === '' ? thread : { ...thread, wchan };
    }),
  );
  return { ...progress, stuck };
}

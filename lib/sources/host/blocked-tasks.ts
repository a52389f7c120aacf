import { AgentError } from '../../errors.ts';
import type { HostView, ProcessEntry } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, seconds } from '../../model/units.ts';
import { type BlockedProcess, describeBlocked } from './blocked-process.ts';
import { parseSwitches, readIdleTimes, readTaskFile, taskId } from './task-progress.ts';

export interface BlockedTasks {
  readonly processes: readonly BlockedProcess[];
  /** Blocked processes beyond those, which were only counted. */
  readonly others: number;
  /** Tasks that were looked at. */
  readonly seen: number;
  /** The process table was longer than what was read of it. */
  readonly truncated: boolean;
}

const FIRST_WAIT = seconds(1);
/** An fsync on a busy disk waits a second or two in one place; nobody calls that stuck. */
const STUCK_AFTER = seconds(3);
const MOST_TASKS = 256;
const MOST_DETAILED = 8;

interface Candidate {
  readonly entry: ProcessEntry;
  readonly switches: string;
}

async function readTable(host: HostView) {
  const answer = await host.processes({ threads: true });
  if (answer.kind === 'processes') return answer;
  throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(answer)}`);
}

// Kernel threads wait in D as a matter of course; whether one is stuck shows only after minutes, and khungtaskd tells.
const isBlocked = ({ state, kernelThread }: ProcessEntry): boolean => state === 'D' && !kernelThread;

async function withSwitches(host: HostView, entries: readonly ProcessEntry[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const entry of entries) {
    candidates.push({ entry, switches: parseSwitches(await readTaskFile(host, entry, 'status')) });
  }
  return candidates;
}

/** Those that are still the same task, still blocked, and did not run in between. */
async function stillBlocked(host: HostView, before: readonly Candidate[]): Promise<Candidate[]> {
  const { entries } = await readTable(host);
  const now = new Map(entries.filter(isBlocked).map((entry) => [taskId(entry), entry]));
  const same = before.filter(({ entry }) => {
    const later = now.get(taskId(entry));
    return later?.startTicks === entry.startTicks && later.cpuTicks === entry.cpuTicks;
  });
  const after = await withSwitches(
    host,
    same.map(({ entry }) => entry),
  );
  return same.filter(({ switches }, index) => after[index]?.switches === switches);
}

/** Looks again after a second, and where the kernel does not say for how long, after two more. */
async function findStuck(host: HostView, blocked: readonly ProcessEntry[]) {
  const first = await withSwitches(host, blocked.slice(0, MOST_TASKS));
  await host.clock.sleep(FIRST_WAIT);
  const second = await stillBlocked(host, first);
  if (second.length === 0) return { stuck: [], idle: new Map<number, Duration>() };

  const entries = second.map(({ entry }) => entry);
  const idle = await readIdleTimes(host, entries);
  if (entries.every((entry) => (idle.get(taskId(entry)) ?? 0) >= STUCK_AFTER)) return { stuck: entries, idle };
  await host.clock.sleep(STUCK_AFTER - FIRST_WAIT);
  const third = (await stillBlocked(host, second)).map(({ entry }) => entry);
  return { stuck: third, idle: await readIdleTimes(host, third) };
}

async function readBlocked(host: HostView): Promise<BlockedTasks> {
  const { entries, truncated } = await readTable(host);
  const fact = { seen: entries.length, truncated };
  const blocked = entries.filter(isBlocked);
  if (blocked.length === 0) return { ...fact, processes: [], others: 0 };

  const { stuck, idle } = await findStuck(host, blocked);
  const names = new Map(entries.filter(({ thread }) => thread === undefined).map(({ pid, name }) => [pid, name]));
  const groups = [...Map.groupBy(stuck, ({ pid }) => pid)].map(([pid, tasks]) => ({
    pid,
    name: names.get(pid) ?? '?',
    tasks: tasks.map((task) => ({ id: taskId(task), idle: idle.get(taskId(task)) })),
    atLeast: STUCK_AFTER,
  }));
  const [detailed, others] = [groups.slice(0, MOST_DETAILED), groups.slice(MOST_DETAILED)];
  const described = await Promise.all(detailed.map((group) => describeBlocked(host, group)));
  const processes = described.filter((process) => process !== undefined);
  return { ...fact, processes, others: others.length };
}

/** Tasks that stay in D without running: two or three looks, and only one when nothing is in D. */
export const blockedTasks = defineSource<BlockedTasks>({ id: 'blocked-tasks', deadline: seconds(8), read: readBlocked });

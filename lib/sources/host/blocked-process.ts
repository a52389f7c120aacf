import type { HostView } from '../../host/host.ts';
import { type Duration, KiB, ms } from '../../model/units.ts';
import { type ControlGroup, parseControlGroup } from './control-group.ts';

/** A process of which at least one task is stuck in uninterruptible sleep. */
export interface BlockedProcess {
  readonly pid: number;
  /** Of the process, not of the thread; its own choice. */
  readonly name: string;
  readonly tasks: number;
  /** How long the longest of them has been blocked; at least this long when `exact` is false. */
  readonly blockedFor: Duration;
  readonly exact: boolean;
  /** Kernel function it waits in; absent when the kernel does not tell us. */
  readonly waitsIn?: string;
  readonly stack?: string;
  readonly group: ControlGroup;
  readonly podUid?: string;
  readonly containerId?: string;
}

export interface StuckTasks {
  readonly pid: number;
  readonly name: string;
  readonly tasks: readonly { readonly id: number; readonly idle: Duration | undefined }[];
  /** What the looks alone prove. */
  readonly atLeast: Duration;
}

/**
 * In a child: `stack` waits for a lock that a hung execve holds, `cgroup` for one that a hung cgroup operation holds,
 * and a thread of ours would wait with them.
 */
async function readInChild(host: HostView, path: string): Promise<string | undefined> {
  const result = await host.run(['cat', path], { deadline: ms(800), maxBytes: 16 * KiB });
  return result.kind === 'exited' && result.code === 0 && result.stdout !== '' ? result.stdout : undefined;
}

/** The parent of a vfork waits until the child execs. */
const DELIBERATE = /vfork|^_?do_fork$|^kernel_clone$/;
const CONTAINER = /[-/:][0-9a-f]{64}(?:\.scope)?$/m;

/**
 * A paused container sits in the freezer of cgroup v1 in state D (v2 freezes in S), and is meant to. Nobody pauses a daemon:
 * one that is frozen does not answer, and no restart reaches it.
 */
async function isPaused(host: HostView, wchan: string, cgroup: string): Promise<boolean> {
  return CONTAINER.test(cgroup) && (/refrigerator/.test(wchan) || (await isFrozen(host, cgroup)));
}

async function isFrozen(host: HostView, cgroup: string): Promise<boolean> {
  const path = /^\d+:freezer:(\/.+)$/m.exec(cgroup)?.[1];
  if (path === undefined) return false;
  const state = await host.readFile(`/sys/fs/cgroup/freezer${path}/freezer.state`);
  return state.kind === 'text' && state.text.trim() !== 'THAWED';
}

export function podUidOf(cgroup: string): string | undefined {
  return /pod([0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12})/.exec(cgroup)?.[1]?.replaceAll('_', '-');
}

/** A shim's working directory is its bundle: …/io.containerd.runtime.v2.task/NAMESPACE/ID. */
async function containerOf(host: HostView, { pid, name }: StuckTasks, cgroup: string): Promise<string | undefined> {
  if (!name.startsWith('containerd-shim')) return /[-/:]([0-9a-f]{64})(?:\.scope)?$/m.exec(cgroup)?.[1];
  const directory = await host.readLink(`/proc/${pid}/cwd`);
  return directory.kind === 'link' ? /\/([0-9a-f]{64})(?:\/|$)/.exec(directory.target)?.[1] : undefined;
}

/** Undefined for a process that waits on purpose. */
export async function describeBlocked(host: HostView, stuck: StuckTasks): Promise<BlockedProcess | undefined> {
  const { pid, name, tasks } = stuck;
  const worst = tasks.reduce((a, b) => ((b.idle ?? 0) > (a.idle ?? 0) ? b : a));
  const directory = `/proc/${pid}/task/${worst.id}`;
  const [answer, stack, cgroup = ''] = await Promise.all([
    host.readFile(`${directory}/wchan`, { deadline: ms(500) }),
    readInChild(host, `${directory}/stack`),
    readInChild(host, `/proc/${pid}/cgroup`),
  ]);
  const wchan = answer.kind === 'text' ? answer.text.trim() : '';
  if (DELIBERATE.test(wchan) || (await isPaused(host, wchan, cgroup))) return undefined;

  const longest = worst.idle ?? 0;
  const podUid = podUidOf(cgroup);
  const containerId = await containerOf(host, stuck, cgroup);
  return {
    pid,
    name,
    tasks: tasks.length,
    blockedFor: Math.max(longest, stuck.atLeast),
    exact: longest >= stuck.atLeast,
    group: parseControlGroup(cgroup),
    // Without the right to trace the task the kernel says "0".
    ...(wchan === '' || wchan === '0' ? {} : { waitsIn: wchan }),
    ...(stack === undefined ? {} : { stack }),
    ...(podUid === undefined ? {} : { podUid }),
    ...(containerId === undefined ? {} : { containerId }),
  };
}

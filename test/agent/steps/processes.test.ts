import { describe, expect, it } from 'vitest';
import { endGroup } from '../../../agent/steps/end-group.ts';
import { endProcess } from '../../../agent/steps/end-process.ts';
import type { FileAnswer, FileStatus, HostView } from '../../../lib/host/host.ts';
import type { ControlRequest } from '../../../lib/host/host-control.ts';
import { fakeSystemd } from '../../fakes/systemd.ts';

const ID = 'c0'.repeat(32);
const GROUP = `/sys/fs/cgroup/pids/kubepods/pod1/${ID}`;
const MISSING = { kind: 'missing' } as const;

interface Task {
  readonly startTicks: number;
  state?: string;
  readonly words?: readonly string[];
  readonly cgroup?: string;
  readonly group?: string;
  /** SIGKILL does nothing. */
  readonly stuck?: boolean;
  /** Leaves this behind when killed. */
  readonly forks?: number;
}

/** Processes in memory: what a signal does to them, the next look at /proc shows. */
function processes(tasks: Record<number, Task>) {
  const systemd = fakeSystemd({});
  const text = (value: string): FileAnswer => ({ kind: 'text', text: value, truncated: false });
  const groups = () => new Set(Object.values(tasks).flatMap(({ group }) => group ?? []));
  const readFile: HostView['readFile'] = async (path) => {
    const [, pid = '', file] = /^\/proc\/(\d+)\/(\w+)$/.exec(path) ?? [];
    if (path.endsWith('/cgroup.procs')) {
      const members = Object.entries(tasks).filter(([, { group }]) => `${group}/cgroup.procs` === path);
      return text(members.map(([member]) => `${member}\n`).join(''));
    }
    const task = tasks[Number(pid)];
    if (task === undefined) return MISSING;
    if (file === 'stat')
      return text(`${pid} (shim) ${task.state ?? 'S'} 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${task.startTicks} 0 0 0`);
    if (file === 'cmdline') return task.words === undefined ? { kind: 'timed-out', after: 500 } : text(task.words.join('\0'));
    return text(task.cgroup ?? '0::/system.slice/containerd.service\n');
  };
  const listDirectory: HostView['listDirectory'] = async (path) => ({
    kind: 'entries',
    names: [...groups()].filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1).split('/')[0] ?? ''),
  });
  const fileStatus: HostView['fileStatus'] = async () => ({ kind: 'status', is: 'directory' }) as FileStatus;
  const signalled: number[] = [];
  const control = {
    async control(request: ControlRequest) {
      if (request.kind !== 'signal-process') throw new Error(request.kind);
      const task = tasks[request.pid];
      if (task === undefined || task.startTicks !== request.startTicks) return { kind: 'gone' } as const;
      signalled.push(request.pid);
      if (task.forks !== undefined)
        tasks[task.forks] = { startTicks: 9, ...(task.group === undefined ? {} : { group: task.group }) };
      if (task.stuck !== true) delete tasks[request.pid];
      return { kind: 'done' } as const;
    },
  };
  const host = { ...systemd.host, readFile, listDirectory, fileStatus };
  return { tasks, signalled, context: { host, control, signal: new AbortController().signal }, at: systemd.at };
}

const SHIM = { startTicks: 4711, words: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-id', ID] };
const STEP = {
  do: 'end-process',
  process: { pid: 900, startTicks: 4711 },
  argument: ID,
  what: 'the shim',
  within: 5000,
} as const;

describe('end-process', () => {
  it('ends the shim that names the container', async () => {
    const { context, signalled } = processes({ 900: SHIM });

    expect(await endProcess(STEP, context)).toEqual({ kind: 'done', why: 'ended the shim (process 900)' });
    expect(signalled).toEqual([900]);
  });

  it.each<[string, Task]>([
    ['another container’s', { ...SHIM, words: ['containerd-shim', '-id', 'd1'.repeat(32)] }],
    ['one whose command line only contains the id', { ...SHIM, words: ['grep', `x${ID}x`] }],
    ['one whose command line cannot be read', { startTicks: 4711 }],
    [
      'a process of a pod that calls itself so',
      { ...SHIM, cgroup: '0::/kubepods/besteffort/pod3dd38301-5443-42fc-b688-0cc41084d1ed/c\n' },
    ],
  ])('refuses %s', async (_name, task) => {
    const { context, signalled } = processes({ 900: task });

    expect(await endProcess(STEP, context)).toMatchObject({ kind: 'refused' });
    expect(signalled).toEqual([]);
  });

  it.each<[string, Record<number, Task>]>([
    ['is gone', {}],
    ['waits to be reaped', { 900: { ...SHIM, state: 'Z' } }],
    ['gave its PID to another', { 900: { ...SHIM, startTicks: 9999 } }],
  ])('is done where the shim %s', async (_name, tasks) => {
    const { context, signalled } = processes(tasks);

    expect(await endProcess(STEP, context)).toMatchObject({ kind: 'done' });
    expect(signalled).toEqual([]);
  });

  it('says that it outlives SIGKILL', async () => {
    const { context } = processes({ 900: { ...SHIM, stuck: true } });

    expect(await endProcess(STEP, context)).toMatchObject({ kind: 'failed', why: expect.stringContaining('outlives SIGKILL') });
  });
});

describe('end-group', () => {
  const step = { do: 'end-group', group: GROUP, container: ID, patience: 0, within: 5000 } as const;
  const inside: Task = { startTicks: 1, group: GROUP };

  it('ends everything in it, below it, and what forks meanwhile', async () => {
    const below: Task = { startTicks: 3, group: `${GROUP}/init.scope` };
    const { context, tasks } = processes({ 10: { ...inside, forks: 13 }, 11: inside, 12: below, 99: { startTicks: 5 } });

    expect(await endGroup(step, context)).toEqual({ kind: 'done', why: `ended 4 processes of container ${ID.slice(0, 12)}` });
    expect(Object.keys(tasks)).toEqual(['99']);
  });

  it('lets them end by themselves first', async () => {
    const { context, tasks, signalled, at } = processes({ 10: inside });
    at(1000, () => delete tasks[10]);

    expect(await endGroup({ ...step, patience: 2000 }, context)).toMatchObject({ kind: 'done' });
    expect(signalled).toEqual([]);
  });

  it.each([
    ['everything', '/sys/fs/cgroup/pids'],
    ['all pods', '/sys/fs/cgroup/pids/kubepods'],
    ['a service', '/sys/fs/cgroup/pids/system.slice/sshd.service'],
    ['another container', `/sys/fs/cgroup/pids/kubepods/${'d1'.repeat(32)}`],
    ['what lies beside it', `/sys/fs/cgroup/pids/${ID}/../${ID}`],
    ['another file system', `/home/${ID}`],
  ])('refuses to end %s', async (_name, group) => {
    const { context, signalled } = processes({ 10: { startTicks: 1, group } });

    expect(await endGroup({ ...step, group }, context)).toMatchObject({ kind: 'refused' });
    expect(signalled).toEqual([]);
  });

  it('refuses a container without a name', async () => {
    const { context } = processes({});

    expect(await endGroup({ ...step, container: '' }, context)).toMatchObject({ kind: 'refused' });
  });

  it('names what outlives SIGKILL', async () => {
    const { context } = processes({ 10: { ...inside, stuck: true } });

    expect(await endGroup(step, context)).toMatchObject({ kind: 'failed', why: expect.stringContaining('processes 10 of') });
  });
});

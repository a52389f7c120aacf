import { describe, expect, it } from 'vitest';
import { uninterruptibleTasks } from '../../lib/checks/uninterruptible-tasks.ts';
import type { HostView, ProcessEntry } from '../../lib/host/host.ts';
import { faultsOf, judge } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const ID = 'a'.repeat(64);
const UID = 'e5ff8fde-b214-11e7-a98b-0650cc001a5b';
const KUBEPODS = `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope\n`;

const status = (switches: number) => `Name:\tx\nvoluntary_ctxt_switches:\t${switches}\nnonvoluntary_ctxt_switches:\t1\n`;
const sched = (at: number) => `x (1, #threads: 1)\n---\nse.exec_start                                :      ${at}.250000\n`;
const task = (entry: Partial<ProcessEntry>): Partial<ProcessEntry> => ({ pid: 812, name: 'dockerd', state: 'D', ...entry });

/** Files of one blocked task; the reader's own clock stands at 100 s. */
function filesOf(
  pid: number,
  { thread = pid, wchan = 'nfs_wait_bit_killable', lastRan = 40_000, cgroup = '0::/system.slice/docker.service\n' } = {},
) {
  return {
    '/proc/self/sched': sched(100_000),
    [`/proc/${pid}/task/${thread}/status`]: status(7),
    [`/proc/${pid}/task/${thread}/sched`]: sched(lastRan),
    [`/proc/${pid}/task/${thread}/wchan`]: wchan,
    [`cat /proc/${pid}/cgroup`]: cgroup,
  };
}

/** One node per look: each pause goes on to the next, the last one stays. */
function looks(...nodes: readonly FakeNode[]): HostView & { pauses: () => number } {
  let pauses = 0;
  const now = (): HostView => fakeNode(withCommands(nodes[Math.min(pauses, nodes.length - 1)] ?? {}));
  return {
    ...now(),
    pauses: () => pauses,
    clock: {
      now: () => 1_000_000,
      monotonic: () => 0,
      sleep: (_, signal) => {
        if (signal !== undefined) return new Promise(() => undefined);
        pauses += 1;
        return Promise.resolve();
      },
    },
    readFile: (path, options) => now().readFile(path, options),
    processes: (options) => now().processes(options),
    run: (argv, options) => now().run(argv, options),
  };
}

const withCommands = (node: FakeNode): FakeNode => ({
  ...node,
  commands: Object.fromEntries(Object.entries(node.files ?? {}).filter(([key]) => key.startsWith('cat '))) as Record<
    string,
    string
  >,
});

const found = async (...nodes: readonly FakeNode[]) => faultsOf(await judge(uninterruptibleTasks, looks(...nodes)));

describe('uninterruptible-tasks', () => {
  it('looks once when nothing is blocked', async () => {
    const host = looks({ processes: [{ pid: 1 }, { pid: 2, kernelThread: true, state: 'D', name: 'kworker/u4:1' }] });

    expect(await judge(uninterruptibleTasks, host)).toEqual([
      { verdict: 'pass', message: 'none of 2 tasks is stuck in uninterruptible sleep' },
    ]);
    expect(host.pauses()).toBe(0);
  });

  it('reports a daemon that is stuck, since when, and what it waits for', async () => {
    const stack = '[<0>] nfs_wait_bit_killable+0x1/0x2\n';
    const files = { ...filesOf(812), 'cat /proc/812/task/812/stack': stack };
    const [fault] = await found({ processes: [task({})], files });

    expect(fault).toMatchObject({
      type: 'UninterruptibleTasks',
      reason: 'DaemonBlocked',
      severity: 'critical',
      state: 'active',
      subject: 'dockerd[812]',
      since: 1_000_000 - 60_000,
      message: 'dockerd (PID 812, docker.service) is blocked in the kernel for 1m in nfs_wait_bit_killable',
    });
    expect(fault?.evidence.map(({ excerpt }) => excerpt)).toEqual(['nfs_wait_bit_killable', stack]);
    expect(fault?.advice[0]?.command).toContain('/proc/812/task/');
  });

  it('suspects what is blocked for less than 30 s', async () => {
    const [fault] = await found({ processes: [task({})], files: filesOf(812, { lastRan: 90_000 }) });

    expect(fault).toMatchObject({ state: 'suspected', severity: 'warning' });
  });

  it.each<[string, FakeNode]>([
    ['ended', { processes: [] }],
    ['woke up', { processes: [task({ state: 'S' })] }],
    ['used the CPU', { processes: [task({ cpuTicks: 3 })], files: filesOf(812) }],
    ['is another process with its number', { processes: [task({ startTicks: 900 })], files: filesOf(812) }],
    ['was switched in between', { processes: [task({})], files: { ...filesOf(812), '/proc/812/task/812/status': status(8) } }],
  ])('says nothing of a task that %s a second later', async (_, later) => {
    expect(await found({ processes: [task({})], files: filesOf(812) }, later)).toEqual([]);
  });

  it('looks a third time at what is younger than 3 s', async () => {
    const young = { processes: [task({})], files: filesOf(812, { lastRan: 98_900 }) };
    const host = looks(young, young, { processes: [] });

    expect(faultsOf(await judge(uninterruptibleTasks, host))).toEqual([]);
    expect(host.pauses()).toBe(2);
  });

  it('reports after three looks where the kernel does not say for how long', async () => {
    const files = Object.fromEntries(Object.entries(filesOf(812)).filter(([path]) => !path.endsWith('sched')));
    const [fault] = await found({ processes: [task({})], files });

    expect(fault?.message).toContain('for at least 3s');
    expect(fault?.since).toBeUndefined();
    expect(fault?.state).toBe('suspected');
  });

  it('sees a thread of a process that looks healthy', async () => {
    const processes = [task({ state: 'S', threads: 9 }), task({ thread: 820 }), task({ thread: 821 })];
    const files = { ...filesOf(812, { thread: 820 }), ...filesOf(812, { thread: 821, lastRan: 10_000 }) };
    const [fault] = await found({ processes, files });

    expect(fault?.message).toContain('dockerd (PID 812, docker.service) with 2 threads is blocked in the kernel for 1m30s');
  });

  it('names the pod, and believes no name in a container', async () => {
    const directories = { '/var/log/pods': [`web_db-0_${UID}`] };
    const [fault] = await found({ processes: [task({})], files: filesOf(812, { cgroup: KUBEPODS }), directories });

    expect(fault).toMatchObject({ reason: 'TaskBlocked', severity: 'warning', subject: 'pod web/db-0 dockerd[812]' });
  });

  it("names the shim's container by its bundle", async () => {
    const cgroup = '0::/system.slice/containerd.service\n';
    const node = {
      processes: [task({ name: 'containerd-shim' })],
      files: filesOf(812, { cgroup }),
      links: { '/proc/812/cwd': `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID}` },
    };
    const [fault] = await found(node);

    expect(fault).toMatchObject({ reason: 'DaemonBlocked', subject: 'containerd-shim[812]' });
    expect(fault?.message).toContain(`container ${ID.slice(0, 12)}`);
  });

  it.each([
    ['a paused container', '__refrigerator', `3:freezer:/docker/${ID}\n`],
    ['the parent of a vfork', 'kernel_clone', '0::/system.slice/docker.service\n'],
  ])('leaves %s alone', async (_, wchan, cgroup) => {
    expect(await found({ processes: [task({})], files: filesOf(812, { wchan, cgroup }) })).toEqual([]);
  });

  it('names a daemon in the freezer: nobody pauses one, and no restart reaches it', async () => {
    const files = {
      ...filesOf(812, { wchan: '__refrigerator', cgroup: '3:freezer:/lab/frozen\n' }),
      '/sys/fs/cgroup/freezer/lab/frozen/freezer.state': 'FROZEN\n',
    };

    expect(await found({ processes: [task({})], files })).toMatchObject([{ subject: 'dockerd[812]' }]);
  });

  it('asks the freezer where the kernel hides what a task waits in', async () => {
    const files = {
      ...filesOf(812, { wchan: '0', cgroup: `3:freezer:/docker/${ID}\n1:name=systemd:/docker/${ID}\n` }),
      [`/sys/fs/cgroup/freezer/docker/${ID}/freezer.state`]: 'FROZEN\n',
    };

    expect(await found({ processes: [task({})], files })).toEqual([]);
  });

  it('is not misled by a hostile name', async () => {
    const [fault] = await found({ processes: [task({ name: 'a) D 1 (' })], files: filesOf(812) });

    expect(fault).toMatchObject({ reason: 'TaskBlocked', subject: 'a) D 1 ([812]' });
  });

  it('describes eight processes and counts the others', async () => {
    const processes = Array.from({ length: 11 }, (_, n) => task({ pid: 900 + n, name: 'nginx' }));
    const files = Object.assign({}, ...processes.map(({ pid = 0 }) => filesOf(pid)));
    const faults = await found({ processes, files });

    expect(faults).toHaveLength(9);
    expect(faults.at(-1)).toMatchObject({ subject: 'others', message: '3 more processes are blocked in the kernel' });
  });

  it('could not tell without a process table', async () => {
    const host = { ...fakeNode({}), processes: async () => ({ kind: 'denied' }) as const };

    expect((await judge(uninterruptibleTasks, host))[0]).toMatchObject({ verdict: 'unknown' });
  });
});

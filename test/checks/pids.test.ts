import { describe, expect, it } from 'vitest';
import { pids } from '../../lib/checks/pids.ts';
import { tasksPath, withAncestors } from '../../lib/sources/host/task-limits.ts';
import { faultsOf, judge } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const host = (tasks: number, pidMax = 32768, threadsMax = 126000) => ({
  '/proc/loadavg': `0.50 0.40 0.30 2/${tasks} 4711\n`,
  '/proc/sys/kernel/pid_max': `${pidMax}\n`,
  '/proc/sys/kernel/threads-max': `${threadsMax}\n`,
});
const on = (node: FakeNode) => judge(pids, fakeNode(node));

describe('pids', () => {
  it('passes with the tighter of the two limits', async () => {
    expect(await on({ files: host(400) })).toEqual([{ verdict: 'pass', message: '400 of 32768 tasks (kernel.pid_max)' }]);
    expect((await on({ files: host(400, 4194304, 1000) }))[0]?.message).toBe('400 of 1000 tasks (kernel.threads-max)');
  });

  it.each([
    [29491, undefined],
    [29492, 'warning'],
    [32200, 'critical'],
  ])('judges %d of 32768 tasks', async (tasks, severity) => {
    const [fault] = faultsOf(await on({ files: host(tasks) }));

    expect(fault?.severity).toBe(severity);
    if (severity !== undefined) expect(fault).toMatchObject({ type: 'PidsNearLimit', reason: 'HostTasksNearLimit' });
  });

  it("finds the daemon's unit at its TasksMax (v2), with the forks that failed", async () => {
    const group = '/sys/fs/cgroup/system.slice/docker.service';
    const files = {
      ...host(400),
      '/proc/12/cgroup': '0::/system.slice/docker.service\n',
      [`${group}/pids.max`]: '512\n',
      [`${group}/pids.current`]: '511\n',
      [`${group}/pids.events`]: 'max 33\n',
      '/sys/fs/cgroup/system.slice/pids.max': 'max\n',
    };
    const [fault] = faultsOf(await on({ processes: [{ pid: 12, name: 'dockerd' }], files }));

    expect(fault).toMatchObject({
      reason: 'ControlGroupTasksNearLimit',
      severity: 'critical',
      subject: '/system.slice/docker.service',
      message: '511 of 512 tasks in control group /system.slice/docker.service (99 %); 33 forks failed so far',
    });
    expect(fault?.advice[1]?.command).toBe('systemctl set-property --runtime docker.service TasksMax=infinity');
  });

  it('finds the limit of all pods (v1), and passes the daemon beside it', async () => {
    const root = '/sys/fs/cgroup/pids';
    const files = {
      ...host(400),
      '/proc/12/cgroup': '11:pids:/system.slice/kubelet.service\n1:name=systemd:/system.slice/kubelet.service\n0::/\n',
      [`${root}/system.slice/kubelet.service/pids.max`]: '4915\n',
      [`${root}/system.slice/kubelet.service/pids.current`]: '40\n',
      [`${root}/kubepods/pids.max`]: '1000\n',
      [`${root}/kubepods/pids.current`]: '950\n',
    };
    const node = { processes: [{ pid: 12, name: 'kubelet' }], files };

    expect(faultsOf(await on(node))).toMatchObject([{ subject: '/kubepods', severity: 'warning' }]);
    const clear = await on({ ...node, files: { ...files, [`${root}/kubepods/pids.current`]: '10\n' } });
    expect(clear.at(-1)?.message).toBe('2 limited control groups, the fullest has 10 of 1000 tasks in /kubepods');
  });

  it('could not tell without /proc', async () => {
    expect((await on({}))[0]?.verdict).toBe('unknown');
  });
});

describe('tasksPath', () => {
  it.each([
    ['v1', '9:cpu,cpuacct:/a\n8:pids:/b\n', { root: '/sys/fs/cgroup/pids', path: '/b' }],
    ['v2', '0::/c\n', { root: '/sys/fs/cgroup', path: '/c' }],
    ['a hybrid', '8:pids:/b\n0::/c\n', { root: '/sys/fs/cgroup/pids', path: '/b' }],
    ['nothing', '', undefined],
    ['v1 without the controller', '9:cpu:/a\n', undefined],
  ])('reads %s', (_, text, expected) => {
    expect(tasksPath(text)).toEqual(expected);
  });
});

describe('withAncestors', () => {
  it.each([
    ['/', []],
    ['/a/b', ['/a', '/a/b']],
    ['/../a', ['/a']],
  ])('of %s', (path, expected) => {
    expect(withAncestors(path)).toEqual(expected);
  });
});

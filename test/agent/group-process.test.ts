import { describe, expect, it } from 'vitest';
import { firstProcessIn } from '../../agent/group-process.ts';
import { fakeNode } from '../fakes/node.ts';

const GROUP = 'system.slice/docker.service';

describe('the first process in a control group', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['unified', { '/sys/fs/cgroup': '812\n813\n' }, '812'],
    ['legacy', { '/sys/fs/cgroup/systemd': '812\n' }, '812'],
    ['hybrid, empty where it is not kept', { '/sys/fs/cgroup/systemd': '', '/sys/fs/cgroup/unified': '812\n' }, '812'],
    ['of another PID namespace', { '/sys/fs/cgroup': '0\n' }, undefined],
    ['empty', { '/sys/fs/cgroup': '\n' }, undefined],
    ['absent', {}, undefined],
  ])('is found: %s', async (_name, groups, pid) => {
    const files = Object.entries(groups).map(([root, text]) => [`${root}/${GROUP}/cgroup.procs`, text]);

    expect(await firstProcessIn(fakeNode({ files: Object.fromEntries(files) }), GROUP)).toBe(pid);
  });
});

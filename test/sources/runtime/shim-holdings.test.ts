import { describe, expect, it } from 'vitest';
import { containerGroup, shimHoldings } from '../../../lib/sources/runtime/shim-holdings.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const A = 'a0'.repeat(32);
const B = 'b1'.repeat(32);
const SANDBOX = '5a'.repeat(32);

describe('containerGroup', () => {
  it.each([
    [
      'v1, cgroupfs',
      `8:pids:/kubepods/burstable/pod1/${A}\n1:name=systemd:/x`,
      `/sys/fs/cgroup/pids/kubepods/burstable/pod1/${A}`,
    ],
    [
      'docker’s own parent',
      `9:name=systemd:/docker/${A}\n8:pids:/docker/${A}\n0::/docker/${A}\n`,
      `/sys/fs/cgroup/pids/docker/${A}`,
    ],
    [
      'v2, systemd',
      `0::/kubepods.slice/pod1.slice/cri-containerd-${A}.scope\n`,
      `/sys/fs/cgroup/kubepods.slice/pod1.slice/cri-containerd-${A}.scope`,
    ],
    ['a systemd inside', `0::/docker/${A}/init.scope\n`, `/sys/fs/cgroup/docker/${A}`],
  ])('is the container’s own under %s', (_name, cgroup, group) => {
    expect(containerGroup(cgroup)).toEqual({ container: A, group });
  });

  it.each(['', '0::/system.slice/docker.service\n', '0::/\n', 'nonsense'])('is none for %j', (cgroup) => {
    expect(containerGroup(cgroup)).toBeUndefined();
  });
});

describe('shim-holdings', () => {
  it('names what each shim holds by what lives below it', async () => {
    const host = fakeNode({
      processes: [
        { pid: 900, name: 'containerd-shim', startTicks: 7 },
        { pid: 901, name: 'pause', parent: 900 },
        { pid: 902, name: 'web', parent: 900 },
        { pid: 903, name: 'worker', parent: 902 },
        { pid: 910, name: 'containerd-shim', startTicks: 8 },
        { pid: 990, name: 'containerd-shim-pretender', parent: 902 },
      ],
      files: {
        '/proc/900/cmdline': `/usr/bin/containerd-shim-runc-v2\0-namespace\0k8s.io\0-id\0${SANDBOX}\0`,
        '/proc/910/cmdline': `/usr/bin/containerd-shim-runc-v2\0-namespace\0k8s.io\0-id\0${B}\0`,
        '/proc/901/cgroup': `0::/k8s.io/${SANDBOX}\n`,
        '/proc/902/cgroup': `0::/k8s.io/${A}\n`,
      },
    });

    expect(await readFact(host, shimHoldings)).toEqual([
      {
        pid: 900,
        startTicks: 7,
        holds: SANDBOX,
        groups: [
          { container: SANDBOX, group: `/sys/fs/cgroup/k8s.io/${SANDBOX}` },
          { container: A, group: `/sys/fs/cgroup/k8s.io/${A}` },
        ],
      },
      { pid: 910, startTicks: 8, holds: B, groups: [] },
    ]);
  });
});

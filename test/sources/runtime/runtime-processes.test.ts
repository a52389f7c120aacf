import { describe, expect, it } from 'vitest';
import type { HostView } from '../../../lib/host/host.ts';
import { minutes } from '../../../lib/model/units.ts';
import { daemonPid, parseListeners } from '../../../lib/sources/runtime/daemon-process.ts';
import { toService } from '../../../lib/sources/runtime/runtime-endpoint.ts';
import { parseShimContainer, runtimeShims } from '../../../lib/sources/runtime/runtime-shims.ts';
import { runtimeUnits, toRuntimeUnit, unitOf } from '../../../lib/sources/runtime/runtime-units.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const cgroup = (unit: string) => `9:name=systemd:/system.slice/${unit}\n8:pids:/\n0::/system.slice/${unit}\n`;
const UNIX = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 20337 /var/run/docker.sock
0000000000000000: 00000002 00000000 00010000 0001 01 20400 /run/docker.sock
0000000000000000: 00000003 00000000 00000000 0001 03 20401 /run/docker.sock
0000000000000000: 00000002 00000000 00010000 0001 01 20500 /run/blank in name
0000000000000000: 00000002 00000000 00010000 0001 01 20600
`;
const NO_UNITS = { kind: 'unknown', why: 'D-Bus is dead' } as const;
const statOf = (pid: number) => `${pid} (daemon) S ${'0 '.repeat(18)}6000 0 0\n`;

describe('runtime-units', () => {
  it('reads what systemd 252 says', () => {
    const unit = toRuntimeUnit({
      Id: 'containerd.service',
      LoadState: 'loaded',
      ActiveState: 'active',
      SubState: 'running',
      Result: 'success',
      UnitFileState: 'enabled',
      MainPID: '92',
      NRestarts: '0',
      KillMode: 'process',
      NeedDaemonReload: 'no',
      ControlGroup: '/system.slice/containerd.service',
      BindsTo: '',
      BoundBy: 'docker.service',
      RequiredBy: 'kubelet.service docker.service',
      ConsistsOf: '',
      Requires: 'sysinit.target system.slice',
      PartOf: '',
    });

    expect(unit).toMatchObject({ mainPid: 92, restarts: 0, killMode: 'process', needDaemonReload: false });
    expect(unit.takesAlong).toEqual(['docker.service', 'kubelet.service']);
    expect(unit.requires).toEqual(['sysinit.target', 'system.slice']);
  });

  it('has no main process for MainPID=0, and no restarts where systemd is older than 235', () => {
    const unit = toRuntimeUnit({ Id: 'docker.service', MainPID: '0' });

    expect(unit).not.toHaveProperty('mainPid');
    expect(unit).not.toHaveProperty('restarts');
  });

  it('says unknown when systemctl cannot answer', async () => {
    expect(await readFact(fakeNode({}), runtimeUnits)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['every one of them runs', 'active', 104, 14.9, 0],
    ['every one of them runs, for a quarter of an hour', 'active', 104, 15, 1],
    ['one of them has no process to know it by', 'activating', 0, 4.9, 0],
    ['one of them has no process to know it by, for 5 minutes', 'activating', 0, 5, 1],
  ])('goes on with what systemd said while %s', async (_, state, mainPid, after, asked) => {
    let [now, questions] = [0, 0];
    const unit = (id: string, active: string, pid: number) =>
      `Id=${id}\nLoadState=loaded\nActiveState=${active}\nSubState=x\nMainPID=${pid}\n`;
    const host: HostView = {
      ...fakeNode({ files: { '/proc/104/stat': statOf(104), '/proc/92/stat': statOf(92) } }),
      clock: { now: () => now, monotonic: () => now, sleep: async () => undefined },
      async run() {
        questions += 1;
        const stdout = `${unit('docker.service', state, mainPid)}\n${unit('containerd.service', 'active', 92)}`;
        return { kind: 'exited', code: 0, stdout, stderr: '', truncated: false };
      },
    };
    const { signal } = new AbortController();
    const use = () => Promise.reject(new Error('unused'));
    const first = await runtimeUnits.read(host, { use, signal, thorough: false });
    [now, questions] = [minutes(after), 0];

    const second = await runtimeUnits.read(host, { use, signal, thorough: false, before: first });

    expect(questions).toBe(asked);
    expect(second).toEqual(first);
  });

  it('prefers the unit that runs, and knows none that is not installed', () => {
    const units = {
      'cri-docker.service': toRuntimeUnit({ Id: 'cri-docker.service', LoadState: 'not-found', ActiveState: 'inactive' }),
      'cri-dockerd.service': toRuntimeUnit({ Id: 'cri-dockerd.service', LoadState: 'loaded', ActiveState: 'failed' }),
    };

    expect(unitOf({ kind: 'units', units }, ['cri-docker.service', 'cri-dockerd.service'])?.id).toBe('cri-dockerd.service');
    expect(unitOf({ kind: 'units', units }, ['cri-docker.service'])).toBeUndefined();
  });
});

describe('daemonPid', () => {
  const docker = toService('/run/docker.sock', 'endpoint');
  const processes = [
    { pid: 50, name: 'dockerd', parent: 49 },
    { pid: 104, name: 'dockerd', parent: 1 },
    { pid: 200, name: 'containerd', parent: 104 },
  ];

  it('believes systemd', async () => {
    const unit = toRuntimeUnit({ Id: 'docker.service', LoadState: 'loaded', ActiveState: 'active', MainPID: '104' });

    expect(await daemonPid(fakeNode({}), docker, { kind: 'units', units: { 'docker.service': unit } })).toBe(104);
  });

  it('finds it by its control group when systemd is silent: a name proves nothing', async () => {
    const host = fakeNode({
      processes,
      files: { '/proc/104/cgroup': cgroup('docker.service'), '/proc/50/cgroup': cgroup('x.service') },
    });

    expect(await daemonPid(host, docker, NO_UNITS)).toBe(104);
    expect(await daemonPid(fakeNode({ processes }), docker, NO_UNITS)).toBeUndefined();
  });

  it('finds it by the socket it holds: inside k3s there is no unit of its own', async () => {
    const inside = toService('/run/k3s/containerd/containerd.sock', 'endpoint');
    const host = fakeNode({
      processes: [{ pid: 300, name: 'containerd', parent: 9 }, ...processes],
      files: { '/proc/net/unix': `${UNIX}\n0000: 00000002 00000000 00010000 0001 01 4242 /run/k3s/containerd/containerd.sock\n` },
      directories: { '/proc/300/fd': ['1'], '/proc/200/fd': ['0', '7'] },
      links: { '/proc/300/fd/1': 'socket:[99]', '/proc/200/fd/7': 'socket:[4242]' },
    });

    expect(await daemonPid(host, inside, NO_UNITS)).toBe(200);
  });
});

describe('parseListeners', () => {
  it.each([
    ['/run/docker.sock', ['20337', '20400']],
    ['/run/blank in name', ['20500']],
    ['/run/nobody', []],
  ])('finds who listens at %s, and not who is connected', (path, inodes) => {
    expect(parseListeners(UNIX, path)).toEqual(inodes);
  });

  it.each(['', 'garbage', 'a b c 00010000'])('survives %j', (text) => {
    expect(parseListeners(text, '/run/docker.sock')).toEqual([]);
  });
});

describe('runtime-shims', () => {
  const id = 'c0ffee'.padEnd(64, '0');

  it.each([
    [`/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0-id\0${id}\0-address\0/run/containerd/containerd.sock\0`, id],
    [`/usr/bin/conmon\0-b\0/run/containers/x\0-c\0${id}\0`, id],
    [
      `docker-containerd-shim\0-workdir\0/var/lib/docker/containerd/daemon/io.containerd.runtime.v1.linux/moby/${id}\0-address\0x\0`,
      id,
    ],
    ['containerd-shim\0', undefined],
    ['', undefined],
  ])('reads the container of %j', (cmdline, container) => {
    expect(parseShimContainer(cmdline)).toBe(container);
  });

  it('tells which unit each lives in', async () => {
    const host = fakeNode({
      processes: [
        { pid: 10, name: 'containerd-shim', state: 'T' },
        { pid: 11, name: 'containerd-shim', state: 'Z' },
        { pid: 12, name: 'containerd' },
        // docker 17: the daemon and its shim have one name.
        { pid: 13, name: 'docker-containe', parent: 9 },
        { pid: 14, name: 'docker-containe', parent: 13 },
      ],
      files: { '/proc/10/cgroup': cgroup('containerd.service'), '/proc/10/cmdline': `containerd-shim\0-id\0${id}\0` },
    });

    expect(await readFact(host, runtimeShims)).toEqual([
      { pid: 10, startTicks: 100, state: 'T', unit: 'containerd.service', container: id },
      { pid: 14, startTicks: 100, state: 'S' },
    ]);
  });

  it.each([
    ['of the same process', 100, { startTicks: 100, unit: 'containerd.service', container: id }],
    ['not of another with its pid', 101, { startTicks: 101 }],
  ])('goes on with what was read before %s, but for its state', async (_name, startTicks, expected) => {
    const before = [{ pid: 10, startTicks: 100, state: 'S', unit: 'containerd.service', container: id }];
    // Nothing of it can be read any more but the process table.
    const host = fakeNode({ processes: [{ pid: 10, startTicks, name: 'containerd-shim', state: 'D' }] });
    const context = {
      use: () => Promise.reject(new Error('unused')),
      signal: new AbortController().signal,
      thorough: false,
      before,
    };

    expect(await runtimeShims.read(host, context)).toEqual([{ pid: 10, state: 'D', ...expected }]);
  });
});

import { describe, expect, it } from 'vitest';
import type { UsageAnswer } from '../../../lib/host/host.ts';
import { inodesOf, measureFilesystem, mountPointOf } from '../../../lib/sources/eviction/eviction-filesystems.ts';
import { observeMemory, observePids, observePodsMemory } from '../../../lib/sources/eviction/eviction-observations.ts';
import { fakeNode } from '../../fakes/node.ts';

const KIB = 1024;
const meminfo = 'MemTotal:        8000 kB\nMemFree:         1000 kB\nMemAvailable:    5000 kB\n';

describe('memory.available', () => {
  it('is MemTotal less the working set of the root cgroup (v1)', async () => {
    const host = fakeNode({
      files: {
        '/proc/meminfo': meminfo,
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${6000 * KIB}\n`,
        '/sys/fs/cgroup/memory/memory.stat': `inactive_file 1\ntotal_inactive_file ${2500 * KIB}\n`,
      },
    });

    expect(await observeMemory(host, 'v1.20.2')).toMatchObject({ observed: 4500 * KIB, capacity: 8000 * KIB });
  });

  const root = {
    '/proc/meminfo': meminfo,
    '/sys/fs/cgroup/memory.stat': `anon ${1000 * KIB}\nfile ${3000 * KIB}\ninactive_file ${2500 * KIB}\n`,
  };

  it.each([
    ['v1.36.2', 8000 - (1000 + 3000 - 2500)],
    ['v1.29.0', 8000 - (1000 + 3000 - 2500)],
    [undefined, 8000 - (1000 + 3000 - 2500)],
    ['v1.28.4', 8000 - (8000 - 1000 - 2500)],
  ])('on the v2 root counts as kubelet %s does', async (version, kib) => {
    expect((await observeMemory(fakeNode({ files: root }), version)).observed).toBe(kib * KIB);
  });

  it('takes memory.current where the root of v2 is not the real one', async () => {
    const files = { ...root, '/sys/fs/cgroup/memory.current': `${5000 * KIB}` };

    expect((await observeMemory(fakeNode({ files }), 'v1.36.2')).observed).toBe((8000 - 2500) * KIB);
  });

  it('never has a negative working set', async () => {
    const files = { ...root, '/sys/fs/cgroup/memory.stat': `anon 0\nfile 0\ninactive_file ${2500 * KIB}\n` };

    expect((await observeMemory(fakeNode({ files }), 'v1.36.2')).observed).toBe(8000 * KIB);
  });

  it.each([
    ['no meminfo', {}],
    ['no memory controller', { '/proc/meminfo': meminfo }],
    ['a broken memory.stat', { ...root, '/sys/fs/cgroup/memory.stat': 'anon x\n' }],
  ])('says that it cannot tell: %s', async (_, files) => {
    const observation = await observeMemory(fakeNode({ files }), 'v1.36.2');

    expect(observation.observed).toBeNull();
    expect(observation.why).toMatch(/\w/);
  });
});

describe('allocatableMemory.available', () => {
  it('is the limit of the pods less their working set', async () => {
    const at = '/sys/fs/cgroup/kubepods.slice';
    const host = fakeNode({
      files: {
        '/proc/meminfo': meminfo,
        [`${at}/memory.stat`]: `inactive_file ${500 * KIB}\n`,
        [`${at}/memory.current`]: `${1500 * KIB}`,
        [`${at}/memory.max`]: `${6000 * KIB}`,
      },
    });

    const observation = await observePodsMemory(host, { cgroupRoot: '/', cgroupDriver: 'systemd' });

    expect(observation).toMatchObject({ observed: 5000 * KIB, capacity: 6000 * KIB });
  });

  it('does not exist without that cgroup', async () => {
    const host = fakeNode({ files: { '/proc/meminfo': meminfo } });

    expect(await observePodsMemory(host, { cgroupRoot: '/', cgroupDriver: 'cgroupfs' })).toBeUndefined();
  });
});

describe('pid.available', () => {
  const files = {
    '/proc/sys/kernel/pid_max': '4194304\n',
    '/proc/sys/kernel/threads-max': '255953\n',
    '/proc/loadavg': '0.10 0.20 0.30 2/70000 4711\n',
  };

  it.each([
    ['v1.36.2', 255_953 - 70_000, 255_953],
    ['v1.24.0', 255_953 - 70_000, 255_953],
    // sysinfo(2) has 16 bits for it.
    ['v1.20.2', 4_194_304 - 4464, 4_194_304],
  ])('counts as kubelet %s does', async (version, observed, capacity) => {
    expect(await observePids(fakeNode({ files }), version)).toMatchObject({ observed, capacity });
  });

  it('says that it cannot tell', async () => {
    expect((await observePids(fakeNode({}), undefined)).observed).toBeNull();
  });
});

describe('measureFilesystem', () => {
  const usage = (device: number): UsageAnswer => ({
    kind: 'usage',
    bytes: 100,
    bytesAvailable: 10,
    inodes: 50,
    inodesFree: 5,
    device,
  });

  it('climbs to the nearest ancestor that exists', async () => {
    const host = fakeNode({ usage: { '/var/lib': usage(1), '/': usage(2) } });

    expect(await measureFilesystem(host, '/var/lib/kubelet/')).toMatchObject({ path: '/var/lib', usage: { device: 1 } });
  });

  it('asks for the device behind a link where the usage does not tell it', async () => {
    const host = fakeNode({
      usage: { '/var/lib/docker': usage(0) },
      status: { '/var/lib/docker': { is: 'directory', device: 7 } },
    });

    expect(await measureFilesystem(host, '/var/lib/docker')).toMatchObject({ device: 7 });
  });

  it('does not climb out of a filesystem that hangs', async () => {
    const host = fakeNode({ usage: { '/data': { kind: 'timed-out', after: 2000 }, '/': usage(2) } });

    expect(await measureFilesystem(host, '/data')).toBe('/data: no answer within 2s');
  });

  it('has no inodes to count on btrfs', () => {
    const measured = {
      path: '/',
      device: 1,
      usage: { ...usage(1), inodes: 0, inodesFree: 0 } as Extract<UsageAnswer, { kind: 'usage' }>,
    };

    expect(inodesOf(measured)).toMatchObject({ observed: null, absent: true });
  });
});

describe('mountPointOf', () => {
  const mount = (point: string, device: string, root = '/') => ({
    device,
    root,
    point,
    options: ['rw'],
    type: 'ext4',
    origin: '/dev/x',
    superOptions: ['rw'],
  });
  const table = [mount('/', '254:0'), mount('/data', '8:17'), mount('/var/lib/kubelet/pods/x', '8:17', '/x')];

  it.each([
    ['/var/lib/docker', 0x0811, '/data'],
    ['/var/lib/kubelet', 0xfe00, '/'],
    ['/data/docker', 99, '/data'],
    ['/srv', undefined, '/'],
  ])('finds where %s of device %s is mounted', (path, device, point) => {
    expect(mountPointOf(table, path, device)).toBe(point);
  });
});

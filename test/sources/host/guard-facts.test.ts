import { describe, expect, it } from 'vitest';
import { healthCheckerUnit, otherRepairers, repairedByMonitor } from '../../../lib/sources/cluster/other-repairers.ts';
import { hostIdentity } from '../../../lib/sources/host/host-identity.ts';
import { filesOf, type ManagedUnit, managedUnits, toUnitLife } from '../../../lib/sources/host/managed-units.ts';
import { packageWork, parseLocks, splitDevice } from '../../../lib/sources/host/package-work.ts';
import { configurationOf, pendingChanges } from '../../../lib/sources/host/pending-changes.ts';
import { systemState } from '../../../lib/sources/host/system-state.ts';
import { deviceAllocations, parseAllocations } from '../../../lib/sources/kubelet/device-allocations.ts';
import { kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { toRuntimeUnit } from '../../../lib/sources/runtime/runtime-units.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const NOW = Date.parse('2026-01-01T00:16:40Z');
const exited = (code: number, stdout: string, stderr = '') =>
  ({ kind: 'exited', code, stdout, stderr, truncated: false }) as const;

describe('managed-units', () => {
  it('tells the ages of a unit by systemd’s own stamps', () => {
    const properties = {
      Id: 'kubelet.service',
      ActiveState: 'active',
      InactiveExitTimestampMonotonic: '880000000',
      ActiveEnterTimestampMonotonic: '990000000',
      WatchdogUSec: '1min',
      InvocationID: 'abc',
    };

    expect(toUnitLife(properties, 1_000_000)).toMatchObject({
      startedAgo: 120_000,
      activeAgo: 10_000,
      watchdog: 60_000,
      invocation: 'abc',
    });
  });

  it('says nothing of what never happened, of an old systemd, or without an uptime', () => {
    const properties = { Id: 'x', InactiveExitTimestampMonotonic: '0', WatchdogUSec: '0', InvocationID: '' };

    expect(Object.keys(toUnitLife(properties, 1000))).not.toEqual(expect.arrayContaining(['startedAgo']));
    expect(toUnitLife(properties, 1000).watchdog).toBeUndefined();
    expect(toUnitLife(properties, 1000).invocation).toBeUndefined();
    expect(toUnitLife({ Id: 'x', ActiveEnterTimestampMonotonic: '5' }, undefined).activeAgo).toBeUndefined();
  });

  it('lists what a unit is made of, but not what is generated anew at every reload', () => {
    const properties = {
      FragmentPath: '/lib/systemd/system/kubelet.service',
      DropInPaths: '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf /run/systemd/generator/kubelet.service.d/x.conf',
      EnvironmentFiles: '/var/lib/kubelet/kubeadm-flags.env (ignore_errors=yes)\n/etc/default/kubelet (ignore_errors=no)',
    };

    expect(filesOf(properties)).toEqual([
      '/lib/systemd/system/kubelet.service',
      '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
      '/var/lib/kubelet/kubeadm-flags.env',
      '/etc/default/kubelet',
    ]);
    expect(filesOf({})).toEqual([]);
  });

  it('is unknown without systemd, and never empty', async () => {
    const fact = await readFact(fakeNode({}), managedUnits, [[kubeletProcess, { kind: 'absent', installed: false, why: '' }]]);

    expect(fact).toMatchObject({ kind: 'unknown' });
  });
});

describe('pending-changes', () => {
  const STARTED = NOW - 100_000;
  const managed = (id: string, details: Partial<ManagedUnit> = {}): ManagedUnit => ({
    ...toRuntimeUnit({ Id: id, ActiveState: 'active', LoadState: 'loaded' }),
    files: [],
    main: { pid: 812, startTicks: 1, startedAt: STARTED },
    ...details,
  });
  const changes = (unit: ManagedUnit, node: FakeNode = {}) =>
    readFact(
      fakeNode({
        now: NOW,
        links: { '/proc/812/exe': '/usr/bin/dockerd' },
        files: { '/proc/812/cmdline': 'dockerd\0' },
        ...node,
      }),
      pendingChanges,
      [[managedUnits, { kind: 'units', units: { [unit.id]: unit } }]],
    );
  const newer = { modifiedAt: STARTED + 1 };
  const older = { modifiedAt: STARTED - 1 };
  const daemon = '/etc/docker/daemon.json';

  it('is empty where nothing changed', async () => {
    expect(await changes(managed('docker.service'), { status: { [daemon]: older } })).toEqual([]);
  });

  it.each<[string, Partial<ManagedUnit>, FakeNode, string]>([
    ['a deleted binary', {}, { links: { '/proc/812/exe': '/usr/bin/dockerd (deleted)' } }, '/usr/bin/dockerd was replaced'],
    ['unit files', { needDaemonReload: true }, {}, 'daemon-reload'],
    ['a written configuration', {}, { status: { [daemon]: newer } }, daemon],
    ['an old file moved into place', {}, { status: { [daemon]: { ...older, changedAt: STARTED + 1 } } }, daemon],
    ['a drop-in that was reloaded since', { files: ['/etc/x.conf'] }, { status: { '/etc/x.conf': newer } }, '/etc/x.conf'],
  ])('names %s', async (_name, details, node, what) => {
    const path = what.startsWith('/') && details.needDaemonReload !== true && !/replaced/.test(what) ? { path: what } : {};

    expect(await changes(managed('docker.service', details), node)).toEqual([
      { unit: 'docker.service', what: expect.stringContaining(what), ...path },
    ]);
  });

  it.each([
    [exited(0, 'configuration OK'), 'OK'],
    [exited(1, '', 'unable to configure\ninvalid character'), 'invalid character'],
  ])('lets dockerd itself judge the file: %j', async (result, said) => {
    const commands = { [`/usr/bin/dockerd --validate --config-file ${daemon}`]: result };

    expect((await changes(managed('docker.service'), { status: { [daemon]: newer }, commands }))?.[0]?.what).toContain(said);
  });

  it('takes no word of a dockerd that knows no --validate', async () => {
    const commands = {
      [`/usr/bin/dockerd --validate --config-file ${daemon}`]: exited(125, '', 'unknown flag: --validate'),
    };

    const found = await changes(managed('docker.service'), { status: { [daemon]: newer }, commands });

    expect(found?.[0]?.what).toBe('/etc/docker/daemon.json is newer than its process');
  });

  describe('a daemon.json that nodemend tune docker reloaded and proved', () => {
    const stamp = { inode: 5, device: 1, size: 30, modifiedAt: STARTED + 1, changedAt: STARTED + 1 };
    const record = { pid: 812, startTicks: 1, path: daemon, stamp };
    const reloaded = (file: object, written: unknown) =>
      changes(managed('docker.service'), {
        status: { [daemon]: { ...stamp, ...file } },
        files: {
          '/proc/812/cmdline': 'dockerd\0',
          '/run/nodemend/docker-reload.json': typeof written === 'string' ? written : JSON.stringify(written),
        },
      });

    it('is in force in that process, and no restart would bring anything new', async () => {
      expect(await reloaded({}, record)).toEqual([]);
    });

    it.each<[string, object, unknown]>([
      ['it was written again', { modifiedAt: STARTED + 9 }, record],
      ['another file was moved into its place', { inode: 6, changedAt: STARTED + 9 }, record],
      ['its bytes changed and its time did not', { size: 31 }, record],
      ['it was another process that took it', {}, { ...record, pid: 813 }],
      ['the process number was used again', {}, { ...record, startTicks: 2 }],
      ['the record is broken', {}, '{"pid": 812'],
      ['the record has no stamp', {}, { ...record, stamp: null }],
    ])('is pending again when %s', async (_, file, written) => {
      expect(await reloaded(file, written)).toMatchObject([{ unit: 'docker.service', path: daemon }]);
    });
  });

  it('does not speak of a unit that does not run', async () => {
    expect(await changes(managed('docker.service', { activeState: 'failed' }), { status: { [daemon]: newer } })).toEqual([]);
  });

  it('does not know without systemd', async () => {
    expect(await readFact(fakeNode({}), pendingChanges, [[managedUnits, { kind: 'unknown', why: '' }]])).toBeUndefined();
  });

  it.each([
    ['docker.service', ['dockerd', '--config-file', '/a'], ['/a'], []],
    ['containerd.service', ['containerd'], ['/etc/containerd/config.toml'], ['/etc/containerd/conf.d']],
    ['containerd.service', ['containerd', '-c', '/b'], ['/b'], ['/etc/containerd/conf.d']],
    ['crio.service', ['crio'], ['/etc/crio/crio.conf'], ['/etc/crio/crio.conf.d']],
    ['cri-docker.service', ['cri-dockerd'], [], []],
    ['kubelet.service', ['kubelet', '--config=/c', '--config-dir', '/d'], ['/c'], ['/d']],
    ['kubelet.service', ['kubelet'], [], []],
  ])('%s with %j reads %j and %j', (unit, argv, files, directories) => {
    expect(configurationOf(unit, argv)).toEqual({ files, directories });
  });
});

describe('package-work', () => {
  const LOCKED =
    '1: FLOCK  ADVISORY  WRITE 77 00:05:1 0 EOF\n2: POSIX  ADVISORY  WRITE 812 fd:01:131090 0 EOF\n2: -> POSIX  ADVISORY  WRITE 813 fd:01:131090 0 EOF\n';
  const status = { '/var/lib/dpkg/lock': { inode: 131_090, device: 0xfd01 } };

  it('takes /proc/locks apart', () => {
    expect(parseLocks(LOCKED)).toEqual([
      { pid: 77, major: 0, minor: 5, inode: 1 },
      { pid: 812, major: 0xfd, minor: 1, inode: 131_090 },
    ]);
    expect(parseLocks('garbage\n')).toEqual([]);
  });

  it.each([
    [0xfd01, { major: 253, minor: 1 }],
    [2049, { major: 8, minor: 1 }],
    [0x100301, { major: 3, minor: 257 }],
  ])('takes device %i apart', (device, parts) => {
    expect(splitDevice(device)).toEqual(parts);
  });

  it('names who holds a package manager’s lock', async () => {
    const host = fakeNode({ files: { '/proc/locks': LOCKED }, status, processes: [{ pid: 812, name: 'unattended-upgr' }] });

    expect(await readFact(host, packageWork)).toEqual(['unattended-upgr (process 812) holds /var/lib/dpkg/lock']);
  });

  it('knows the lock by its holder where overlayfs tells another device', async () => {
    const overlay = { '/var/lib/dpkg/lock': { inode: 131_090, device: 0x2d } };
    const of = (name: string) => fakeNode({ files: { '/proc/locks': LOCKED }, status: overlay, processes: [{ pid: 812, name }] });

    expect(await readFact(of('dpkg'), packageWork)).toHaveLength(2);
    expect(await readFact(of('postgres'), packageWork)).toEqual([]);
  });

  it.each<[string, string, number]>([
    ['kubeadm', '0::/user.slice/session-1.scope\n', 1],
    ['dnf', '0::/system.slice/dnf-automatic.service\n', 1],
    ['rpm', '0::/kubepods/pod3dd38301-5443-42fc-b688-0cc41084d1ed/c\n', 0],
    ['unattended-upgr', '0::/system.slice/unattended-upgrades.service\n', 0],
    ['apt-get', '0::/user.slice\n', 0],
  ])('%s in %j counts %i', async (name, cgroup, count) => {
    const host = fakeNode({ processes: [{ pid: 5, name }], files: { '/proc/5/cgroup': cgroup } });

    expect(await readFact(host, packageWork)).toHaveLength(count);
  });
});

describe('other-repairers', () => {
  const monitor = (...args: string[]) =>
    JSON.stringify({ plugin: 'custom', rules: [{ path: '/home/kubernetes/bin/health-checker', args }, { path: '/x/check.sh' }] });

  it.each([
    [['--component=kubelet', '--enable-repair=true'], 'kubelet.service'],
    [['--component=cri', '--enable-repair=true'], 'containerd.service'],
    [['--component=cri', '--service=crio'], 'crio.service'],
    [['--component=docker'], 'docker.service'],
    [[], 'kubelet.service'],
    [['--component=kubelet', '--enable-repair=false'], undefined],
  ])('health-checker %j kills %s', (args, unit) => {
    expect(healthCheckerUnit(args)).toBe(unit);
  });

  it.each(['', '[]', '{"rules":7}', '{"rules":[null,{"path":7}]}', '{"rules"'])('%j repairs nothing', (text) => {
    expect(repairedByMonitor(text)).toEqual([]);
  });

  it('reads the monitors of a node-problem-detector in its container', async () => {
    const host = fakeNode({
      processes: [{ pid: 7, name: 'node-problem-de' }],
      files: {
        '/proc/7/cmdline': '/node-problem-detector\0--config.custom-plugin-monitor=/config/a.json,/config/b.json\0',
        '/proc/7/root/config/a.json': monitor('--component=kubelet'),
        '/proc/7/root/config/b.json': monitor('--component=docker', '--enable-repair=true'),
      },
    });

    expect(await readFact(host, otherRepairers)).toEqual([
      { name: "node-problem-detector's health-checker (process 7)", units: ['kubelet.service', 'docker.service'] },
    ]);
  });

  it('leaves a node-problem-detector alone that only looks', async () => {
    const host = fakeNode({
      processes: [{ pid: 7, name: 'node-problem-de' }],
      files: {
        '/proc/7/cmdline': 'npd\0--config.custom-plugin-monitor=/a.json\0',
        '/proc/7/root/a.json': monitor('--enable-repair=false'),
      },
    });

    expect(await readFact(host, otherRepairers)).toEqual([]);
  });

  it.each([
    ['health-monitor.', '/bin/bash\0/home/kubernetes/bin/health-monitor.sh\0kubelet\0', ['kubelet.service']],
    [
      'health-monitor.',
      '/bin/bash\0/home/kubernetes/bin/health-monitor.sh\0container-runtime\0',
      ['docker.service', 'containerd.service'],
    ],
    ['health-checker', '/bin/health-checker\0--component=docker\0', ['docker.service']],
    ['gardener-node-a', '/opt/bin/gardener-node-agent\0', ['kubelet.service', 'containerd.service']],
  ])('knows %s (%j)', async (name, cmdline, units) => {
    const host = fakeNode({ processes: [{ pid: 7, name }], files: { '/proc/7/cmdline': cmdline } });

    expect(await readFact(host, otherRepairers)).toMatchObject([{ units }]);
  });
});

describe('the host', () => {
  it.each([
    ['running', 0, 'running'],
    ['degraded', 1, 'degraded'],
    ['stopping', 1, 'stopping'],
    ['offline', 1, undefined],
    ['', 1, undefined],
  ])('that says %j is %j', async (stdout, code, state) => {
    const commands = { 'systemctl is-system-running': exited(code, `${stdout}\n`) };

    expect(await readFact(fakeNode({ commands }), systemState)).toBe(state);
  });

  it('is known by its firmware, else by its machine id', async () => {
    const files = { '/etc/machine-id': 'm1\n' };

    expect(await readFact(fakeNode({ files }), hostIdentity)).toEqual({ systemUuid: 'm1', machineId: 'm1' });
    expect(await readFact(fakeNode({ files: { ...files, '/sys/class/dmi/id/product_uuid': 'U1\n' } }), hostIdentity)).toEqual({
      systemUuid: 'U1',
      machineId: 'm1',
    });
    expect(await readFact(fakeNode({}), hostIdentity)).toEqual({ systemUuid: '', machineId: '' });
  });

  it.each([
    ['{"Data":{"PodDeviceEntries":null,"RegisteredDevices":{}},"Checksum":1}', []],
    [
      '{"Data":{"PodDeviceEntries":[{"PodUID":"x","ResourceName":"nvidia.com/gpu"},{"ResourceName":"nvidia.com/gpu"}]}}',
      ['nvidia.com/gpu'],
    ],
    ['{"PodDeviceEntries":[{"ResourceName":"a"}]}', ['a']],
    ['{"Data":{"PodDeviceEntries":7}}', undefined],
    ['', undefined],
    ['null', undefined],
  ])('reads the devices of %s', (text, resources) => {
    expect(parseAllocations(text)).toEqual(resources);
  });

  it('has no devices without a checkpoint, and unknown ones with a broken one', async () => {
    const path = '/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint';

    expect(await readFact(fakeNode({}), deviceAllocations)).toEqual({ kind: 'known', resources: [] });
    expect(await readFact(fakeNode({ files: { [path]: '{' } }), deviceAllocations)).toEqual({ kind: 'unknown' });
    expect(await readFact(fakeNode({ files: { [path]: { kind: 'denied' } } }), deviceAllocations)).toEqual({ kind: 'unknown' });
  });
});

import { describe, expect, it } from 'vitest';
import type { CriAnswer, UsageAnswer } from '../../../lib/host/host.ts';
import { toSignalReports } from '../../../lib/sources/eviction/eviction-report.ts';
import { type EvictionSignals, evictionSignals } from '../../../lib/sources/eviction/eviction-signals.ts';
import { type KubeletProcess, kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const GB = 1e9;
const usage = (bytes: number, bytesAvailable: number, device: number): UsageAnswer => ({
  kind: 'usage',
  bytes,
  bytesAvailable,
  inodes: 1000,
  inodesFree: 900,
  device,
});

const running = (...argv: string[]): KubeletProcess => ({
  kind: 'running',
  pid: 812,
  argv: ['/usr/bin/kubelet', ...argv],
  startedAt: 0,
  startTicks: 100,
  layout: 'systemd',
  ownsPort: true,
  state: 'S',
});

function read(process: KubeletProcess, node: FakeNode): Promise<EvictionSignals> {
  return readFact(fakeNode(node), evictionSignals, [[kubeletProcess, process]]);
}

const base: FakeNode = {
  files: {
    '/proc/meminfo': 'MemTotal: 8000000 kB\nMemFree: 4000000 kB\n',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '2048000000',
    '/sys/fs/cgroup/memory/memory.stat': 'total_inactive_file 1024000000\n',
    '/proc/sys/kernel/pid_max': '32768',
    '/proc/loadavg': '0.1 0.1 0.1 1/268 99',
  },
  status: { '/proc/812/exe': { mode: 0o755 }, '/run/docker.sock': { is: 'socket' } },
  commands: { '/proc/812/exe --version': 'Kubernetes v1.20.2' },
};

/** Incident I1: 5.8 GB root with 448 MB left, docker on a disk of its own. */
const incident: FakeNode = {
  ...base,
  files: { ...base.files, '/etc/docker/daemon.json': '{"graph": "/data/docker", "storage-driver": "aufs"}' },
  usage: { '/var/lib': usage(5.8 * GB, 0.448 * GB, 1), '/data/docker': usage(99 * GB, 89 * GB, 2) },
  status: { ...base.status, '/var/lib': { is: 'directory', device: 1 }, '/data/docker': { is: 'directory', device: 2 } },
};

const rowOf = (fact: EvictionSignals, signal: string) => toSignalReports(fact).find((row) => row.signal === signal);

describe('eviction-signals', () => {
  it('sees incident I1 as the kubelet does', async () => {
    const fact = await read(running(), incident);

    expect(fact.sharedImageFilesystem).toBe(false);
    expect(rowOf(fact, 'nodefs.available')).toMatchObject({
      threshold: '10%',
      source: 'default (v1.20.2)',
      observed: 0.448 * GB,
    });
    expect(rowOf(fact, 'nodefs.available')?.headroom).toBeLessThan(0);
    expect(rowOf(fact, 'imagefs.available')).toMatchObject({ threshold: '15%', observed: 89 * GB, capacity: 99 * GB });
  });

  it('shows what the fix of I1 lost', async () => {
    const fact = await read(running('--eviction-hard=nodefs.available<5%'), incident);

    expect(rowOf(fact, 'nodefs.available')).toMatchObject({ threshold: '5%', source: 'flag --eviction-hard' });
    expect(rowOf(fact, 'nodefs.available')?.headroom).toBeGreaterThan(0);
    for (const signal of ['memory.available', 'nodefs.inodesFree', 'imagefs.available']) {
      expect(rowOf(fact, signal)).toMatchObject({ threshold: null, thresholdValue: null, headroom: null, kind: 'hard' });
    }
  });

  it('has one row per signal and kind', async () => {
    const flags = ['--eviction-soft=memory.available<1Gi', '--eviction-soft-grace-period=memory.available=90s'];
    const rows = toSignalReports(await read(running(...flags), incident)).filter(({ signal }) => signal === 'memory.available');

    expect(rows.map(({ kind, threshold }) => [kind, threshold])).toEqual([
      ['hard', '100Mi'],
      ['soft', '1Gi'],
    ]);
  });

  it('knows that images share the disk of the kubelet', async () => {
    const fact = await read(running(), { ...base, usage: { '/': usage(100 * GB, 50 * GB, 1) } });

    expect(fact.sharedImageFilesystem).toBe(true);
    expect(rowOf(fact, 'imagefs.available')?.observed).toBe(50 * GB);
  });

  it('asks a CRI runtime where its images and its layers are', async () => {
    const cri = (): CriAnswer => ({
      kind: 'response',
      version: 'v1',
      took: 2,
      response: {
        imageFilesystems: [{ fsId: { mountpoint: '/images' } }],
        containerFilesystems: [{ fsId: { mountpoint: '/layers' } }],
      },
    });
    const node: FakeNode = {
      ...base,
      cri,
      commands: { '/proc/812/exe --version': 'Kubernetes v1.31.0' },
      usage: { '/': usage(10, 5, 1), '/images': usage(100, 60, 2), '/layers': usage(200, 150, 3) },
    };

    const fact = await read(
      running('--container-runtime-endpoint=unix:///run/x.sock', '--eviction-hard=nodefs.available<10%'),
      node,
    );

    expect(rowOf(fact, 'imagefs.available')?.observed).toBe(60);
    expect(rowOf(fact, 'containerfs.available')).toMatchObject({
      observed: 150,
      threshold: '10%',
      source: 'same as nodefs.available',
    });
  });

  it("adds the pods' memory with the threshold of memory.available", async () => {
    const at = '/sys/fs/cgroup/memory/kubepods';
    const files = {
      ...base.files,
      [`${at}/memory.usage_in_bytes`]: '1000',
      [`${at}/memory.stat`]: 'total_inactive_file 0\n',
      [`${at}/memory.limit_in_bytes`]: '5000',
    };
    const fact = await read(running(), { ...incident, files });

    expect(rowOf(fact, 'allocatableMemory.available')).toMatchObject({
      observed: 4000,
      capacity: 5000,
      threshold: '100Mi',
      source: 'same as memory.available',
    });
  });

  it('says that a threshold is not known when the file may not be read', async () => {
    const files = { ...incident.files, '/etc/k.yaml': { kind: 'denied' } as const };
    const fact = await read(running('--config=/etc/k.yaml'), { ...incident, files });

    expect(fact.uncertain).toBe('/etc/k.yaml: permission denied');
    expect(rowOf(fact, 'nodefs.available')).toMatchObject({ threshold: null, source: 'unknown: /etc/k.yaml: permission denied' });
  });

  it('measures a host without kubelet and runtime', async () => {
    const node: FakeNode = { ...base, status: {}, usage: { '/': usage(100 * GB, 50 * GB, 1) } };
    const fact = await read({ kind: 'absent', installed: false, why: 'no kubelet on this host' }, node);

    expect(rowOf(fact, 'nodefs.available')).toMatchObject({ observed: 50 * GB, source: 'default (no kubelet)' });
    expect(fact.signals.find(({ signal }) => signal === 'imagefs.available')).toMatchObject({
      observed: null,
      absent: true,
      why: 'no container runtime on this host',
    });
  });
});

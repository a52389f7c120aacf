import { describe, expect, it } from 'vitest';
import type { Gatherer } from '../../agent/gather.ts';
import { type EvictionPlan, renderEvictionPlan } from '../../agent/output/tune.ts';
import { prepareEviction, type TuneRequest } from '../../agent/tune-plan.ts';
import type { Source } from '../../lib/model/source.ts';
import { type KubeletProcess, kubeletProcess } from '../../lib/sources/kubelet/kubelet-process.ts';
import { type KubeletUnit, kubeletUnit } from '../../lib/sources/kubelet/kubelet-unit.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';
import { readFact } from '../fakes/read.ts';
import { I1, I1_ARGV } from '../tune/units.ts';

const FRAGMENT = '/lib/systemd/system/kubelet.service';
const DROP_IN = '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf';
const MiB = 2 ** 20;
const usage = (bytes: number, bytesAvailable: number, device: number) =>
  ({ kind: 'usage', bytes, bytesAvailable, inodes: 384_000, inodesFree: 250_000, device }) as const;

/** I1 of docs/benchmarks.md as a node; its kubelet a supported version. */
const incident: FakeNode = {
  files: {
    [FRAGMENT]: '[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n',
    [DROP_IN]: I1,
    '/proc/meminfo': 'MemTotal:        4000000 kB\n',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1000000000\n',
    '/sys/fs/cgroup/memory/memory.stat': 'total_inactive_file 0\n',
  },
  status: { '/proc/812/exe': { mode: 0o755, uid: 0 }, '/var/lib/kubelet': { device: 1 } },
  usage: { '/var/lib/kubelet': usage(5.8 * 1024 * MiB, 448 * MiB, 1) },
  directories: { '/var/log/pods': ['a', 'b', 'c'] },
  commands: { '/proc/812/exe --version': 'Kubernetes v1.20.2\n' },
};

const running = (argv: readonly string[]): KubeletProcess => ({
  kind: 'running',
  pid: 812,
  argv,
  startedAt: 0,
  startTicks: 100,
  layout: 'systemd',
  ownsPort: true,
  state: 'S',
});

const unit: KubeletUnit = {
  kind: 'unit',
  unit: 'kubelet.service',
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  mainPid: 812,
  needDaemonReload: false,
  fragmentPath: FRAGMENT,
  dropInPaths: [DROP_IN],
};

const nothing: TuneRequest = { set: [], recommend: false, allowWeaker: false, freezeCommand: false, via: 'auto' };

function planOf(
  request: Partial<TuneRequest>,
  { argv = I1_ARGV, ...unitState }: { argv?: readonly string[]; needDaemonReload?: boolean } = {},
) {
  const host = fakeNode(incident);
  const given: [Source<unknown>, unknown][] = [
    [kubeletProcess, running(argv)],
    [kubeletUnit, { ...unit, ...unitState }],
  ];
  const gathered: Gatherer = { fact: (source) => readFact(host, source, given) };
  return prepareEviction(host, gathered, { ...nothing, ...request }).then(({ plan }) => plan);
}

const complete = (plan: Awaited<ReturnType<typeof planOf>>): EvictionPlan => ({
  apiVersion: 'nodemend.io/v1',
  kind: 'EvictionPlan',
  node: 'n1',
  time: '2026-01-01T00:00:00Z',
  ...plan,
});

describe('planEviction', () => {
  it('recommends for I1 what its operator chose, with every signal', async () => {
    const plan = await planOf({ recommend: true });

    expect(plan.refusals).toEqual([]);
    expect(plan.write).toMatchObject({
      mechanism: 'systemd',
      path: '/etc/systemd/system/kubelet.service.d/90-nodemend-eviction.conf',
    });
    expect(plan.write?.commandLine.at(-1)).toBe(
      '--eviction-hard=memory.available<100Mi,nodefs.available<5%,nodefs.inodesFree<5%,imagefs.available<15%',
    );
    expect(
      plan.signals.filter(({ effect }) => effect !== 'same').map(({ signal, before, after }) => [signal, before, after]),
    ).toEqual([['nodefs.available', '10%', '5%']]);
  });

  it('refuses a weaker --set, writes nothing, and still shows every signal', async () => {
    const plan = await planOf({ set: [{ signal: 'nodefs.available', text: '5%' }] });

    expect(plan.write).toBeNull();
    expect(plan.refusals.map(({ reason }) => reason)).toEqual(['weakens']);
    expect(plan.signals).toHaveLength(6);
  });

  it('tells a person what is below the floor', async () => {
    const plan = await planOf({ set: [{ signal: 'nodefs.available', text: '1%' }], allowWeaker: true });

    expect(plan.write).not.toBeNull();
    expect(plan.notes[0]).toContain('nodefs.available: 1% is below the floor');
  });

  it('has nothing to write where the complete set is in force', async () => {
    const plan = await planOf({});

    expect(plan.write).toBeNull();
    expect(renderEvictionPlan(complete(plan), { columns: 100, color: false })).toContain('Nothing to change');
  });

  it('gives back what a partial setting lost', async () => {
    const plan = await planOf({}, { argv: [...I1_ARGV, '--eviction-hard=nodefs.available<5%'] });

    expect(plan.refusals.map(({ reason }) => reason)).toContain('no-mechanism');
    expect(plan.signals.find(({ signal }) => signal === 'memory.available')).toMatchObject({
      before: null,
      after: '100Mi',
      effect: 'stronger',
    });
  });

  it('cannot tell while systemd has not read the files that are there', async () => {
    await expect(planOf({}, { needDaemonReload: true })).rejects.toThrow('systemctl daemon-reload first');
  });
});

describe('renderEvictionPlan', () => {
  it('shows the table, the arithmetic, the diff, and that nothing was written', async () => {
    const text = renderEvictionPlan(complete(await planOf({ recommend: true })), { columns: 100, color: false });

    expect(text).toMatch(/nodefs\.available +448 MiB +5\.8 GiB +10% \(594 MiB\) +5% \(297 MiB\) +weaker/);
    expect(text).toContain('pid.available');
    expect(text).toContain('+Environment="KUBELET_EXTRA_ARGS=--eviction-hard=memory.available<100Mi,nodefs.available<5%%');
    expect(text).toContain('Worked out');
    expect(text).toContain('Nothing was written: --apply writes it');
  });
});

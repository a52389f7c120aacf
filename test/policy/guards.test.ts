import { describe, expect, it } from 'vitest';
import type { GuardedAction, GuardedNode, GuardFacts, UnitLife } from '../../lib/model/guard.ts';
import type { Disruption } from '../../lib/model/remedy.ts';
import { disruptionHere } from '../../lib/policy/disruption.ts';
import { isDead } from '../../lib/policy/guards/unit.ts';
import { holdsOf } from '../../lib/policy/guards.ts';

const life = (details: Partial<UnitLife> = {}): UnitLife => ({
  id: 'docker.service',
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  mainState: 'S',
  startedAgo: 3_600_000,
  activeAgo: 3_600_000,
  invocation: 'i1',
  ...details,
});
function onlyActive(activeAgo?: number): UnitLife {
  const { startedAgo: _, activeAgo: __, ...rest } = life();
  return { ...rest, ...(activeAgo === undefined ? {} : { activeAgo }) };
}
const node = (details: Partial<GuardedNode> = {}): GuardedNode => ({
  systemUuid: 'AAAA-1',
  machineId: 'm1',
  unschedulable: false,
  annotations: {},
  taints: [],
  ...details,
});
/** A node on which nothing holds anything. */
const CALM: GuardFacts = {
  uptime: 86_400_000,
  systemState: 'running',
  starvation: { cpuSome: 3, memoryFull: 0, ioFull: 1, runnable: 1, blocked: 0, processors: 2 },
  units: { 'docker.service': life() },
  pending: [],
  packages: [],
  repairers: [],
  node: node(),
  host: { systemUuid: 'aaaa-1', machineId: 'm1' },
  controlPlane: [],
  healthyIn: { 'docker.service': 'i1' },
};
const action = (details: Partial<GuardedAction> = {}): GuardedAction => ({
  remedy: 'restart-runtime',
  disruption: 'local',
  allowed: 'local',
  reason: 'DockerHung',
  unit: 'docker.service',
  ...details,
});
const unit = (details: Partial<UnitLife>): Partial<GuardFacts> => ({ units: { 'docker.service': life(details) } });
const ids = (facts: Partial<GuardFacts>, details: Partial<GuardedAction> = {}) =>
  holdsOf({ ...CALM, ...facts }, action(details)).map(({ id }) => id);

describe('holdsOf', () => {
  it.each<[string, Partial<GuardFacts>, string, RegExp]>([
    ['k3s', { layout: 'k3s' }, 'restart-kubelet', /runs inside k3s/],
    ['rke2, and its runtime', { layout: 'rke2' }, 'restart-runtime', /runs inside rke2/],
    ['a kubelet in a container', { layout: 'container' }, 'restart-kubelet', /in a container/],
    ['a runtime inside another program', { runtimeInside: 'k0s' }, 'restart-runtime', /the runtime runs inside k0s/],
  ])('says by name whose daemon has no unit of its own: %s', (_, facts, remedy, why) => {
    expect(holdsOf({ ...CALM, ...facts }, action({ remedy }))).toMatchObject([{ id: 'layout', why: expect.stringMatching(why) }]);
    expect(ids(facts, { remedy: 'drain' })).not.toContain('layout');
  });

  it('leaves a kubelet alone that has a unit, whatever carries the runtime', () => {
    expect(ids({ layout: 'systemd', runtimeInside: 'k0s' }, { remedy: 'restart-kubelet' })).toEqual([]);
  });

  it.each<[string, Partial<GuardFacts>]>([
    ['its main process', unit({ mainState: 'D' })],
    ['a shim', { blockedShims: [{ pid: 77, container: 'c'.repeat(64) }] }],
  ])('does not restart a runtime that waits for the kernel: %s', (_, facts) => {
    expect(ids(facts)).toEqual(['uninterruptible']);
  });

  it.each([
    [{ pid: 77, container: '0123456789abcdef' }, 'the shim of container 0123456789ab (process 77) is'],
    [{ pid: 77 }, 'the shim (process 77) is'],
  ])('names the shim that waits for the kernel: %j', (shim, why) => {
    expect(holdsOf({ ...CALM, blockedShims: [shim] }, action())[0]?.why).toContain(why);
  });

  it('does not restart what its own check calls starved, however calm the node is', () => {
    const starved = 'it had its threads wait 4s for a CPU in 8s';
    expect(holdsOf(CALM, action({ reason: 'DockerSlow', starved }))).toEqual([
      { id: 'pressure', why: `starved, not hung: ${starved}` },
    ]);
    expect(ids({}, { reason: 'DockerSlow' })).toEqual([]);
    expect(ids({ starvation: { cpuSome: 70 } }, { reason: 'DockerSlow' })).toEqual(['pressure']);
    expect(ids({ starvation: { cpuSome: 70 } }, { reason: 'ContainerHung' })).toEqual(['pressure']);
    expect(ids({ starvation: { cpuSome: 70 } }, { reason: 'ContainerHung', stopped: true })).toEqual([]);
  });

  it('does not doubt a disk that is short: it was measured, and the kubelet is not taken for sick', () => {
    const starvation = { cpuSome: 70 };
    const healthyIn = {};

    expect(ids({ starvation, healthyIn }, { remedy: 'set-eviction-hard', reason: 'NodefsAvailable' })).toEqual([]);
    expect(ids({ starvation, uptime: 1000 }, { remedy: 'set-eviction-hard', reason: 'NodefsAvailable' })).toEqual(['starting']);
  });

  it('starts a dead runtime beside a blocked shim, and restarts a kubelet for its own state only', () => {
    const blockedShims = [{ pid: 77 }];
    expect(ids({ blockedShims, ...unit({ activeState: 'failed', result: 'exit-code' }) })).toEqual([]);
    expect(ids({ blockedShims }, { remedy: 'restart-kubelet' })).toEqual([]);
  });

  it('holds nothing on a calm node, and nothing for want of knowledge', () => {
    expect(holdsOf(CALM, action())).toEqual([]);
    expect(holdsOf({}, action())).toEqual([]);
  });

  it.each<[string, Partial<GuardFacts>, string]>([
    ['a pause', { pause: { reason: 'storage upgrade' } }, 'storage upgrade'],
    ['a pause with an end', { pause: { reason: '', until: 0 } }, 'until 1970-01-01T00:00:00.000Z'],
    ['a young host', { uptime: 299_000 }, 'up for 4m59s'],
    ['a host that starts', { systemState: 'starting' }, 'starting'],
    ['a host that shuts down', { systemState: 'stopping' }, 'shutting down'],
    ['a young unit', unit({ startedAgo: 119_000, activeAgo: 118_000 }), 'started'],
    ['a young unit of which systemd told one time only', { units: { 'docker.service': onlyActive(118_000) } }, 'started 1m58s'],
    ['a Node that says observe', { observing: true }, 'nodemend.io/mode=observe'],
    ['a unit between two automatic restarts', unit({ startedAgo: 5_000, activeAgo: 3_600_000 }), 'started 5s ago'],
    ['a unit that systemd starts', unit({ activeState: 'activating', subState: 'auto-restart' }), 'auto-restart'],
    ['a unit that systemd stops', unit({ activeState: 'deactivating' }), 'deactivating'],
    ['a run that never worked', { healthyIn: { 'docker.service': 'i0' } }, 'has not passed'],
    ['a run of which nothing is known', { healthyIn: {} }, 'has not passed'],
    ['a change not tried', { pending: [{ unit: 'docker.service', what: 'daemon.json is newer' }] }, 'daemon.json is newer'],
    ['packages being installed', { packages: ['dpkg (process 8) runs'] }, 'dpkg'],
    ['a watchdog of systemd’s', unit({ watchdog: 60_000 }), 'WatchdogSec=1m'],
    ['a health-checker', { repairers: [{ name: 'health-checker', units: ['docker.service'] }] }, 'health-checker'],
    ['who repairs the whole node', { repairers: [{ name: 'somebody' }] }, 'somebody'],
    ['the autoscaler', { node: node({ taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] }) }, 'delete'],
    ['karpenter', { node: node({ taints: [{ key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }] }) }, 'karpenter'],
    ['medik8s', { node: node({ taints: [{ key: 'medik8s.io/remediation', effect: 'NoExecute' }] }) }, 'medik8s'],
    ['kured', { node: node({ annotations: { 'weave.works/kured-reboot-in-progress': '2026-01-01T00:00:00Z' } }) }, 'kured'],
    ['a cordon of somebody else', { node: node({ unschedulable: true }) }, 'cordoned'],
    ['a unit stopped by a person', unit({ activeState: 'inactive', subState: 'dead' }), 'stopped cleanly'],
    ['a masked unit', unit({ activeState: 'inactive', loadState: 'masked' }), 'masked'],
    ['a disabled unit', unit({ activeState: 'inactive', unitFileState: 'disabled' }), 'disabled'],
    ['memory pressure', { starvation: { memoryFull: 35 } }, 'memory in 35%'],
    ['disk pressure', { starvation: { ioFull: 80 } }, 'disks in 80%'],
    ['blocked tasks where the kernel has no PSI', { starvation: { blocked: 9, processors: 2 } }, '9 tasks'],
    ['another machine', { node: node({ machineId: 'm2' }) }, 'm2'],
    ['another machine’s firmware', { node: node({ systemUuid: 'BBBB' }) }, 'BBBB'],
    ['a second restart without a ledger', { ledgerLost: { why: 'EROFS', restarted: ['docker.service'] } }, 'EROFS'],
  ])('is held by %s, and says why', (name, facts, why) => {
    const holds = holdsOf({ ...CALM, ...facts }, action());

    expect(holds).toHaveLength(1);
    expect(holds[0]?.why, name).toContain(why);
  });

  it.each<[string, Partial<GuardFacts>, Partial<GuardedAction>]>([
    ['a young host that is old enough', { uptime: 300_000 }, {}],
    ['a degraded host', { systemState: 'degraded' }, {}],
    ['a unit old enough', unit({ startedAgo: 120_000, activeAgo: 120_000 }), {}],
    [
      'a unit of which systemd told one time only, and that is old enough',
      { units: { 'docker.service': onlyActive(120_000) } },
      {},
    ],
    ['a unit of which systemd told no time', { units: { 'docker.service': onlyActive() } }, {}],
    ['a Node that says nothing of the mode', { observing: false }, {}],
    ['a unit that failed by itself', unit({ activeState: 'failed', result: 'exit-code', startedAgo: 1000 }), {}],
    ['a unit that hit its start limit', unit({ activeState: 'inactive', result: 'start-limit-hit' }), {}],
    ['a dead unit that has no run to judge', { ...unit({ activeState: 'failed' }), healthyIn: {} }, {}],
    ['a change to another unit', { pending: [{ unit: 'kubelet.service', what: 'x' }] }, {}],
    ['a change that the operator allows', { pending: [{ unit: 'docker.service', what: 'x' }] }, { allowed: 'node' }],
    ['who repairs another unit', { repairers: [{ name: 'x', units: ['kubelet.service'] }] }, {}],
    [
      'a candidate of the autoscaler',
      { node: node({ taints: [{ key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' }] }) },
      {},
    ],
    ['a cordon of our own', { node: node({ unschedulable: true, annotations: { 'nodemend.io/cordoned-by': 'x' } }) }, {}],
    ['an identity that is not told', { node: node({ machineId: '', systemUuid: '' }) }, {}],
    ['a capital letter', { node: node({ systemUuid: 'aAaA-1' }) }, {}],
    ['a control plane, for a local remedy', { controlPlane: ['etcd'] }, {}],
    ['a first restart without a ledger', { ledgerLost: { why: 'x', restarted: ['kubelet.service'] } }, {}],
    ['CPUs that are busy while docker proved idle', { starvation: { cpuSome: 90 } }, {}],
    [
      'any pressure on a unit that is dead',
      { ...unit({ activeState: 'failed' }), starvation: { memoryFull: 90 } },
      { reason: 'DockerDown' },
    ],
    [
      'any pressure on a process that was stopped',
      { ...unit({ mainState: 'T' }), starvation: { memoryFull: 90, cpuSome: 90 } },
      {},
    ],
  ])('is not held by %s', (_name, facts, details) => {
    expect(ids(facts, details)).toEqual([]);
  });

  it.each([
    [{ cpuSome: 60 }, ['pressure']],
    [{ cpuSome: 59.9 }, []],
    [{ cpuSome: 10, runnable: 100, processors: 2 }, []],
    [{ runnable: 9, processors: 2 }, ['pressure']],
    [{ runnable: 8, processors: 2 }, []],
    [{ runnable: 100 }, []],
  ])('weighs the CPUs where idleness is not proved: %j gives %j', (starvation, expected) => {
    expect(ids({ starvation }, { reason: 'PlegStalled' })).toEqual(expected);
  });

  it.each([
    [{ memoryFull: 20 }, ['pressure']],
    [{ memoryFull: 19.9 }, []],
    [{ ioFull: 60 }, ['pressure']],
    [{ ioFull: 59.9 }, []],
    [{ ioFull: 1, blocked: 100, processors: 2 }, []],
    [{ blocked: 8, processors: 2 }, ['pressure']],
    [{ blocked: 7, processors: 2 }, []],
    [{ blocked: 16, processors: 8 }, ['pressure']],
    [{ blocked: 15, processors: 8 }, []],
    [{}, []],
  ])('weighs memory and disks: %j gives %j', (starvation, expected) => {
    expect(ids({ starvation })).toEqual(expected);
  });

  it('knows no wrong Node where one of the two could not be asked for its identity', () => {
    const { host: _, ...hostless } = CALM;
    const { node: __, ...nodeless } = CALM;

    expect(holdsOf(hostless, action())).toEqual([]);
    expect(holdsOf(nodeless, action())).toEqual([]);
  });

  it('moves work away from a pressed node', () => {
    const { unit: _unit, ...drain } = action({ remedy: 'drain', disruption: 'workload', allowed: 'workload' });

    expect(holdsOf({ ...CALM, starvation: { memoryFull: 90 } }, drain)).toEqual([]);
  });

  it.each<[Disruption, readonly string[]]>([
    ['local', []],
    ['workload', ['control-plane']],
    ['node', ['control-plane']],
  ])('keeps a control plane from what disrupts more than itself: %s', (disruption, expected) => {
    expect(ids({ controlPlane: ['etcd', 'kube-apiserver'] }, { disruption, allowed: 'node' })).toEqual(expected);
  });

  it.each<[string, Partial<GuardFacts>, string | undefined]>([
    ['not allowed, with a quorum', { etcd: { kind: 'kept' } }, 'etcd of the cluster runs here'],
    ['forbidden', { controlPlaneAllowed: false, etcd: { kind: 'kept' } }, 'etcd of the cluster runs here'],
    ['allowed, and nobody asked etcd', { controlPlaneAllowed: true }, 'runs here, and nobody has asked etcd'],
    [
      'allowed, and one of three members is gone',
      { controlPlaneAllowed: true, etcd: { kind: 'not-proved', why: 'one of three is gone' } },
      'runs here, and one of three is gone',
    ],
    ['allowed, with a quorum', { controlPlaneAllowed: true, etcd: { kind: 'kept' } }, undefined],
  ])('lets a disruptive remedy run on a control plane only with leave and a quorum: %s', (_, facts, why) => {
    const holds = holdsOf({ ...CALM, controlPlane: ['etcd'], ...facts }, action({ disruption: 'node', allowed: 'node' }));

    expect(holds).toEqual(why === undefined ? [] : [{ id: 'control-plane', why: expect.stringContaining(why) }]);
  });

  it('names all daemons of the control plane', () => {
    const facts = { ...CALM, controlPlane: ['etcd', 'kube-apiserver'] };
    expect(holdsOf(facts, action({ disruption: 'node', allowed: 'node' }))[0]?.why).toBe(
      'etcd and kube-apiserver of the cluster run here',
    );
  });

  it.each([
    ['reboot', undefined, ['not-drained']],
    ['reboot', false, ['not-drained']],
    ['reboot', true, []],
    ['upgrade-systemd', undefined, ['not-drained']],
    ['upgrade-systemd', true, []],
    ['drain', undefined, []],
  ] as const)('%s, drained: %s gives %j', (remedy, drained, expected) => {
    const { unit: _, ...nodewide } = action({ remedy, disruption: 'node', allowed: 'node' });
    expect(holdsOf({ ...CALM, ...(drained === undefined ? {} : { drained }) }, nodewide).map(({ id }) => id)).toEqual(expected);
  });

  it('takes a host of which nothing can be seen for a control plane', () => {
    const { controlPlane: _, ...blind } = CALM;

    expect(holdsOf(blind, action({ disruption: 'node', allowed: 'node' })).map(({ id }) => id)).toEqual(['control-plane']);
    expect(holdsOf(blind, action())).toEqual([]);
  });

  it('says that the one restart a boot without a ledger is used up', () => {
    const ledgerLost = { why: 'EROFS', restarted: ['docker.service'] };
    expect(holdsOf({ ...CALM, ledgerLost }, action())).toEqual([
      { id: 'no-ledger', why: 'EROFS, and docker.service was restarted since the boot' },
    ]);
  });

  it.each<[Disruption, string | undefined]>([
    ['workload', 'docker.service'],
    ['local', undefined],
  ])('without a ledger holds what is %s on %s', (disruption, target) => {
    const { unit: _unit, ...rest } = action({ disruption });
    const holds = holdsOf(
      { ledgerLost: { why: 'EROFS', restarted: [] }, controlPlane: [] },
      target === undefined ? rest : { ...rest, unit: target },
    );

    expect(holds).toEqual([{ id: 'no-ledger', why: 'EROFS' }]);
  });

  it('names each guard once, all of them together', () => {
    const facts: Partial<GuardFacts> = {
      pause: { reason: '' },
      uptime: 1,
      packages: ['x'],
      ...unit({ activeState: 'inactive' }),
      node: node({ unschedulable: true, machineId: 'm2' }),
    };

    expect(ids(facts)).toEqual(['paused', 'wrong-node', 'human', 'packages', 'starting']);
  });
});

describe('isDead', () => {
  it.each([
    ['active', false],
    ['activating', false],
    ['deactivating', false],
    ['inactive', true],
    ['failed', true],
  ])('%s: %s', (activeState, dead) => {
    expect(isDead({ activeState })).toBe(dead);
  });
});

describe('disruptionHere', () => {
  const CLEAR = { survives: true, pending: false, devices: [] } as const;
  const runtime = { id: 'restart-runtime', disruption: 'local' } as const;
  const kubelet = { id: 'restart-kubelet', disruption: 'local' } as const;

  it.each<[string, Parameters<typeof disruptionHere>[0], Parameters<typeof disruptionHere>[1], Disruption]>([
    ['a runtime whose containers survive', runtime, CLEAR, 'local'],
    ['a runtime whose containers end', runtime, { ...CLEAR, survives: false }, 'workload'],
    ['a runtime of which nobody knows', runtime, { ...CLEAR, survives: undefined }, 'workload'],
    ['a kubelet', kubelet, { ...CLEAR, survives: undefined }, 'local'],
    ['a kubelet whose pods hold devices', kubelet, { ...CLEAR, devices: ['nvidia.com/gpu'] }, 'workload'],
    ['a kubelet of whose devices nothing is known', kubelet, { ...CLEAR, devices: undefined }, 'workload'],
    ['what comes back changed', runtime, { ...CLEAR, pending: true }, 'node'],
    ['any other remedy', { id: 'drain', disruption: 'workload' }, { ...CLEAR, survives: false }, 'workload'],
  ])('of %s', (_name, remedy, facts, expected) => {
    expect(disruptionHere(remedy, facts)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/model/finding.ts';
import { causeChain, causeOf, inReadingOrder, mayExplain } from '../../lib/policy/causes.ts';
import { faultOf } from '../fakes/faults.ts';

const fault = (type: string, details: Partial<Fault> = {}) => faultOf(type, 'Some', details);

const dockerHung = fault('ContainerRuntimeUnhealthy', { reason: 'DockerHung', subject: 'docker.service' });
const diskFull = (share: number) =>
  fault('EvictionThresholdMet', {
    reason: 'ImagefsAvailable',
    measure: { observed: share * 100, limit: 15, capacity: 100, unit: 'bytes' },
  });

const stuck = (message: string) => fault('PodStuck', { reason: 'SandboxNotCreated', severity: 'warning', message });
const readonly = fault('ReadonlyFilesystem', { subject: '/var/lib/docker' });

describe('causeOf', () => {
  it.each<[string, Fault, Fault, boolean]>([
    ['a hung runtime explains PLEG', fault('PLEGUnhealthy'), dockerHung, true],
    ['a runtime notice explains nothing', fault('PLEGUnhealthy'), { ...dockerHung, severity: 'notice' }, false],
    ['a full image disk explains a hung runtime', dockerHung, diskFull(0.001), true],
    ['a met threshold with room left does not', dockerHung, diskFull(0.08), false],
    ['a shim in D state explains it', dockerHung, fault('UninterruptibleTasks', { subject: 'containerd-shim pid 7' }), true],
    ['some task in D state does not', dockerHung, fault('UninterruptibleTasks', { subject: 'rsync pid 7' }), false],
    [
      'a daemon that is down is not explained by D state',
      { ...dockerHung, reason: 'DockerDown' },
      fault('UninterruptibleTasks', { subject: 'dockerd' }),
      false,
    ],
    ['a read-only disk explains a pod', stuck('mkdir /var/lib/docker/overlay2/0b: read-only file system'), readonly, true],
    ['… not one that fails on another disk', stuck('mkdir /data/0b: read-only file system'), readonly, false],
    ['… nor one that misses its network', stuck('cni: /var/lib/docker is not a plugin'), readonly, false],
    ['a full disk explains a pod', stuck('mkdir /var/lib/docker/0b: no space left on device'), diskFull(0.001), true],
    ['… not one that misses its network', stuck('cni config uninitialized'), diskFull(0.001), false],
    ['PIDs near their limit do not explain it', dockerHung, fault('PidsNearLimit', { severity: 'warning' }), false],
    ['PIDs at their limit do', dockerHung, fault('PidsNearLimit'), true],
    ['a hung runtime explains a kubelet that hangs', fault('KubeletUnhealthy', { reason: 'KubeletHung' }), dockerHung, true],
    ['but not one that is down', fault('KubeletUnhealthy', { reason: 'KubeletDown' }), dockerHung, false],
    [
      'one stuck container does not explain a kubelet that hangs',
      fault('KubeletUnhealthy', { reason: 'KubeletHung' }),
      fault('ContainerRuntimeUnhealthy', { reason: 'ContainerHung', severity: 'warning' }),
      false,
    ],
    ['a file system with just 1 % left does not', dockerHung, diskFull(0.01), false],
    ['one with a little less does', dockerHung, diskFull(0.0099), true],
    ['file descriptors of the whole host at their limit do', dockerHung, fault('FileDescriptorsNearLimit'), true],
    ['those of the daemon do', dockerHung, fault('FileDescriptorsNearLimit', { subject: 'dockerd' }), true],
    ['those of another program do not', dockerHung, fault('FileDescriptorsNearLimit', { subject: 'mysqld' }), false],
    [
      'nor those of the daemon that are only near it',
      dockerHung,
      fault('FileDescriptorsNearLimit', { subject: 'dockerd', severity: 'warning' }),
      false,
    ],
    ['a runtime explains a network it says is not ready', fault('NodeNetworkUnhealthy', { subject: 'cri' }), dockerHung, true],
    ['not a route that is missing', fault('NodeNetworkUnhealthy', { subject: 'route' }), dockerHung, false],
    ['PLEG does not explain the runtime', dockerHung, fault('PLEGUnhealthy'), false],
  ])('%s', (_name, symptom, other, explained) => {
    expect(causeOf(symptom, [symptom, other])).toBe(explained ? other : undefined);
  });

  it('believes a check that named the cause itself', () => {
    const mount = fault('MountUnresponsive', { severity: 'warning' });
    const symptom = fault('KubeletUnhealthy', { cause: 'MountUnresponsive' });

    expect(causeOf(symptom, [symptom, mount])).toBe(mount);
  });
});

describe('mayExplain', () => {
  it.each([
    ['ReadonlyFilesystem', 'ContainerRuntimeUnhealthy', true],
    ['PidsNearLimit', 'ContainerRuntimeUnhealthy', true],
    ['PLEGUnhealthy', 'ContainerRuntimeUnhealthy', false],
    ['PLEGUnhealthy', 'NoSuchProblem', false],
  ])('%s behind %s: %s', (cause, symptom, may) => {
    expect(mayExplain(cause, symptom)).toBe(may);
  });
});

describe('causeChain', () => {
  it('goes down to the root', () => {
    const pleg = fault('PLEGUnhealthy');
    const task = fault('UninterruptibleTasks', { subject: 'dockerd' });
    const mount = fault('MountUnresponsive');

    expect(causeChain(pleg, [pleg, dockerHung, task, mount])).toEqual([pleg, dockerHung, task, mount]);
  });

  it('ends where causes name each other', () => {
    const a = fault('KubeletUnhealthy', { cause: 'HeartbeatAtRisk' });
    const b = fault('HeartbeatAtRisk', { cause: 'KubeletUnhealthy' });

    expect(causeChain(a, [a, b])).toEqual([a, b]);
  });
});

describe('inReadingOrder', () => {
  it('puts a cause before its symptoms and notices last', () => {
    const notice = fault('EvictionSignalUnguarded', { severity: 'notice' });
    const pleg = fault('PLEGUnhealthy', { severity: 'critical' });
    const near = fault('EvictionThresholdNear', { severity: 'warning' });
    const runtime = { ...dockerHung, severity: 'warning' as const };

    expect(inReadingOrder([notice, pleg, near, runtime])).toEqual([runtime, pleg, near, notice]);
  });

  it('takes a family by the worst of its members, and keeps it together', () => {
    const lone = fault('ClockUnsynchronized', { severity: 'warning' });
    const slow = { ...dockerHung, reason: 'DockerSlow', severity: 'warning' as const };
    const stalled = fault('PLEGUnhealthy', { severity: 'critical' });
    const late = fault('HeartbeatAtRisk', { severity: 'warning' });

    expect(inReadingOrder([lone, late, stalled, slow])).toEqual([slow, stalled, late, lone]);
  });

  it('leaves equals as they came', () => {
    const [one, other] = [fault('PodStuck', { message: 'one' }), fault('PodStuck', { message: 'other' })];

    expect(inReadingOrder([one, other])).toEqual([one, other]);
    expect(inReadingOrder([other, one])).toEqual([other, one]);
  });
});

import { describe, expect, it } from 'vitest';
import type { PlanContext, TargetRuntime, TargetUnit } from '../../lib/model/remedy.ts';
import { restartRuntime } from '../../lib/remedies/restart-runtime.ts';
import { byId, CONTAINERD, CRI_DOCKERD, context, DOCKER, dead, fault, unit } from './units.ts';

const plan = (reason: string, details: Partial<PlanContext> = {}) => restartRuntime.plan?.(context(reason, details));
const behind: TargetRuntime = { ...DOCKER, role: 'backend' };
const crio: TargetRuntime = { name: 'cri-o', role: 'endpoint', units: ['crio.service'] };
const endpoint: TargetRuntime = { ...CONTAINERD, role: 'endpoint' };

describe('restart-runtime', () => {
  it('gives a hung daemon no time: SIGTERM would let it drop what waits in its socket', () => {
    expect(plan('DockerHung')).toEqual({
      kind: 'plan',
      steps: [{ do: 'restart-unit', unit: 'docker.service', main: 812, along: [], patience: 0, within: 120_000 }],
      delay: 0,
      settle: 60_000,
    });
  });

  it('gives one that works time to put things away', () => {
    expect(plan('PlegStalled')).toMatchObject({ steps: [{ unit: 'docker.service', patience: 10_000 }] });
  });

  it.each<[string, string, readonly TargetRuntime[], string]>([
    ['the one the fault names', 'ContainerdHung', [DOCKER, CONTAINERD], 'containerd.service'],
    ['cri-dockerd by its name', 'CriDockerdHung', [CRI_DOCKERD, behind, CONTAINERD], 'cri-docker.service'],
    ['docker behind cri-dockerd, where nothing is named', 'PlegStalled', [CRI_DOCKERD, behind, CONTAINERD], 'docker.service'],
    ['docker, where one of its containers is stuck', 'ContainerHung', [CRI_DOCKERD, behind, CONTAINERD], 'docker.service'],
    ['containerd, where the kubelet uses that', 'PlegStalled', [endpoint], 'containerd.service'],
    ['containerd beside a docker nobody uses', 'ContainerHung', [endpoint, { ...DOCKER, role: 'unused' }], 'containerd.service'],
    ['CRI-O', 'CrioHung', [crio], 'crio.service'],
  ])('restarts %s', (_name, reason, runtimes, expected) => {
    const units = byId(...['docker.service', 'containerd.service', 'cri-docker.service', 'crio.service'].map((id) => unit(id)));

    expect(plan(reason, { runtimes, units })).toMatchObject({ steps: [{ unit: expected }] });
  });

  it('follows the subject of the fault to a hand-made unit', () => {
    const units = byId(
      unit('cri-docker.service', { loadState: 'not-found', activeState: 'inactive' }),
      unit('cri-dockerd.service'),
    );
    const hung = fault('CriDockerdHung', { subject: 'cri-dockerd.service' });

    expect(plan('', { fault: hung, units, runtimes: [CRI_DOCKERD] })).toMatchObject({ steps: [{ unit: 'cri-dockerd.service' }] });
  });

  it.each<[string, Partial<TargetUnit>, Partial<TargetUnit>, string]>([
    ['that runs', { activeState: 'inactive' }, {}, 'cri-dockerd.service'],
    ['that is first, where both run', {}, {}, 'cri-docker.service'],
    ['that is first, where none runs', dead, dead, 'cri-docker.service'],
    ['that is installed, where none runs', { ...(dead as object), loadState: 'not-found' }, dead, 'cri-dockerd.service'],
  ])('takes of two units the one %s', (_name, first, second, expected) => {
    const units = byId(unit('cri-docker.service', first), unit('cri-dockerd.service', second));

    expect(plan('CriDockerdDown', { units, runtimes: [CRI_DOCKERD] })).toMatchObject({ steps: [{ unit: expected }] });
  });

  it('takes the unit that the fault is about before one that runs', () => {
    const units = byId(unit('cri-docker.service'), unit('cri-dockerd.service', dead));
    const down = fault('CriDockerdDown', { subject: 'cri-dockerd.service' });

    expect(plan('', { fault: down, units, runtimes: [CRI_DOCKERD] })).toMatchObject({ steps: [{ unit: 'cri-dockerd.service' }] });
  });

  it('starts again what stops with it, however far that reaches', () => {
    const units = byId(
      unit('containerd.service', { takesAlong: ['docker.service'] }),
      unit('docker.service', { takesAlong: ['cri-dockerd.service', 'docker.socket'] }),
    );

    expect(plan('ContainerdHung', { units })).toMatchObject({
      steps: [{ along: ['docker.service', 'cri-dockerd.service', 'docker.socket'] }],
    });
  });

  it('starts a dead one, and forgets the failure of its socket too', () => {
    const units = byId(unit('docker.service', dead), unit('docker.socket', dead));

    expect(plan('DockerDown', { units })).toMatchObject({
      steps: [{ do: 'start-unit', unit: 'docker.service', clear: ['docker.service', 'docker.socket'], within: 120_000 }],
    });
  });

  it('names no socket that is not installed', () => {
    const units = byId(unit('docker.service', dead), unit('docker.socket', { loadState: 'not-found' }));

    expect(plan('DockerDown', { units })).toMatchObject({ steps: [{ clear: ['docker.service'] }] });
  });

  it.each<[string, Partial<PlanContext>, string]>([
    ['without a word of systemd', { units: undefined }, 'systemd'],
    ['inside k3s', { runtimes: [{ ...endpoint, units: [], inside: 'k3s' }] }, 'k3s'],
    ['with no runtime', { runtimes: [] }, 'no container runtime'],
    ['not installed', { units: {} }, 'not installed'],
    [
      'being started by systemd',
      { units: byId(unit('docker.service', { activeState: 'activating', subState: 'start' })) },
      'activating',
    ],
    ['being stopped', { units: byId(unit('docker.service', { activeState: 'deactivating' })) }, 'deactivating'],
    ['masked', { units: byId(unit('docker.service', { loadState: 'masked', activeState: 'inactive' })) }, 'masked'],
  ])('refuses %s', (_name, details, why) => {
    const reason = details.runtimes?.[0]?.name === 'containerd' ? 'ContainerdHung' : 'DockerHung';

    expect(plan(reason, details)).toEqual({ kind: 'refusal', why: expect.stringContaining(why) });
  });
});

import type { Fault } from '../../lib/model/finding.ts';
import type { PlanContext, TargetRuntime, TargetUnit } from '../../lib/model/remedy.ts';
import { faultOf } from '../fakes/faults.ts';

export const unit = (id: string, details: Partial<TargetUnit> = {}): TargetUnit => ({
  id,
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  killMode: 'process',
  takesAlong: [],
  mainPid: 812,
  ...details,
});

export const dead = { activeState: 'failed', subState: 'failed', result: 'exit-code', mainPid: undefined } as never;

export const byId = (...units: readonly TargetUnit[]) => Object.fromEntries(units.map((one) => [one.id, one]));

export const fault = (reason: string, details: Partial<Fault> = {}) => faultOf('ContainerRuntimeUnhealthy', reason, details);

export const DOCKER: TargetRuntime = { name: 'docker', role: 'endpoint', units: ['docker.service'] };
export const CONTAINERD: TargetRuntime = { name: 'containerd', role: 'backend', units: ['containerd.service'] };
export const CRI_DOCKERD: TargetRuntime = {
  name: 'cri-dockerd',
  role: 'endpoint',
  units: ['cri-docker.service', 'cri-dockerd.service'],
};

export const context = (reason: string, details: Partial<PlanContext> = {}): PlanContext => ({
  fault: fault(reason),
  node: 'web-1',
  units: byId(unit('docker.service'), unit('docker.socket'), unit('containerd.service')),
  runtimes: [DOCKER, CONTAINERD],
  ...details,
});

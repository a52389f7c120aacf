import type { Fault } from '../../lib/model/finding.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { identityOf } from '../../lib/policy/track.ts';

export const dockerHung = (details: Partial<Fault> = {}): Fault => ({
  verdict: 'fail',
  type: 'ContainerRuntimeUnhealthy',
  reason: 'DockerHung',
  subject: 'docker.service',
  severity: 'critical',
  state: 'active',
  message: 'docker gave no answer within 8s',
  evidence: [],
  advice: [],
  ...details,
});

export const standingOf = (fault: Fault, details: Partial<Standing> = {}): Standing => ({
  identity: identityOf(fault),
  check: 'container-runtime',
  fault,
  state: fault.state,
  since: 0,
  stood: 0,
  gone: 0,
  ...details,
});

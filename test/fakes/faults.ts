import type { Fault } from '../../lib/model/finding.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { identityOf } from '../../lib/policy/track.ts';

/** Critical and active, unless `details` say otherwise. */
export const faultOf = (type: string, reason: string, details: Partial<Fault> = {}): Fault => ({
  verdict: 'fail',
  type,
  reason,
  severity: 'critical',
  state: 'active',
  message: '',
  evidence: [],
  advice: [],
  ...details,
});

export const dockerHung = (details: Partial<Fault> = {}): Fault =>
  faultOf('ContainerRuntimeUnhealthy', 'DockerHung', {
    subject: 'docker.service',
    message: 'docker gave no answer within 8s',
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

import type { Evidence } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import type { Duration, Instant } from '../../model/units.ts';
import type { KubeletApiErrors } from '../../sources/kubelet/kubelet-api-errors.ts';

/** Both clocks that could have been read when a time stamp was written. */
export interface Clocks {
  readonly ours: Instant;
  readonly server: Instant;
}

/**
 * Age of what this host's kubelet stamped. It uses this host's clock, so ours tells the age whatever the difference to the
 * server's is; unless our clock was set since, and then the server's does. A stamp is never older than the younger of the two
 * says, and a clock by which it lies in the future is wrong.
 */
export function ageOf(stamp: Instant, { ours, server }: Clocks): Duration {
  const ages = [ours - stamp, server - stamp].filter((age) => age >= 0);
  return ages.length === 0 ? 0 : Math.min(...ages);
}

/** What else bears on a late heartbeat. */
export function heartbeatEvidence(errors: KubeletApiErrors | undefined, skew: Duration): Evidence[] {
  const evidence: Evidence[] = [];
  if (errors?.kind === 'heard' && errors.last !== undefined) {
    evidence.push({ from: `the kubelet’s log (${errors.count} such lines in 3m)`, excerpt: errors.last.line });
  }
  if (skew !== 0) {
    const excerpt = `this host is ${formatDuration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the API server`;
    evidence.push({ from: 'clocks', excerpt });
  }
  return evidence;
}

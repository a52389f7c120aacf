import type { Verdict } from '../model/finding.ts';
import type { Severity } from '../model/problem.ts';
import type { Health } from '../model/report.ts';

const RANK: Readonly<Record<Verdict, number>> = { fail: 4, warn: 3, unknown: 2, pass: 1, skip: 0 };

/** The status of a check with several findings. `unknown` beats `pass`: part of it could not be seen. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((worst, verdict) => (RANK[verdict] > RANK[worst] ? verdict : worst), 'skip');
}

/** Notices never change a node's health; Unknown only if no check could say anything. */
export function healthOf(severities: readonly Severity[], statuses: readonly Verdict[]): Health {
  if (severities.includes('critical')) return 'Critical';
  if (severities.includes('warning')) return 'Degraded';
  const judged = statuses.some((status) => status === 'pass' || status === 'warn' || status === 'fail');
  return judged ? 'Healthy' : 'Unknown';
}

export const HEALTH_STATUS: Readonly<Record<Health, number>> = { Healthy: 0, Degraded: 1, Critical: 2, Unknown: 3 };

import type { Duration, Instant } from '../../model/units.ts';
import { type Claim, NODE_WIDE, quietPeriodOf, type Recheck } from '../conditions/claim.ts';
import type { LogRule } from '../config/log-rule.ts';
import type { LogLine } from './ring.ts';

/** What a rule saw: the last line of a match, and when its first was written. */
export interface Seen {
  readonly message: string;
  readonly since: Instant;
  readonly line: LogLine;
}

export interface Clearings {
  /** How long a drainer waits after a condition before it acts; no condition clears within it. */
  readonly drainBuffer: Duration;
  /** What can be asked on this node; the others end by their quiet period. */
  readonly rechecks: ReadonlySet<Recheck>;
}

/** A device, mount or task: hostile, and a key. */
const LONGEST_SUBJECT = 128;

export const subjectOf = (rule: LogRule['line'], text: string) =>
  (rule.regexp.named('subject', text) ?? '').slice(0, LONGEST_SUBJECT);

/** What a match of a rule claims of a condition: about what, and how it ends. */
export function claimOf(
  { line: words, quietPeriod, recheck, reason, severity }: LogRule,
  type: string,
  { message, since, line }: Seen,
  { drainBuffer, rechecks }: Clearings,
): Omit<Claim, 'monitor'> {
  const subject = subjectOf(words, line.message);
  const asked = recheck !== undefined && (subject !== '' || NODE_WIDE.has(recheck)) && rechecks.has(recheck);
  return {
    type,
    reason,
    subject,
    message,
    severity: severity ?? 'warning',
    since,
    seen: line.time,
    trusted: line.trusted,
    clearing: { quietPeriod: quietPeriodOf(quietPeriod, drainBuffer), ...(asked ? { recheck } : {}) },
  };
}

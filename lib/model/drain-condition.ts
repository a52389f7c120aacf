import { parseDuration } from './quantity.ts';
import type { Duration, Instant } from './units.ts';

/** A condition of the Node for which it is to be drained: of this status for at least so long. */
export interface DrainCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lasting: Duration;
}

/** Draino's form: `Type` is `Type=True,0s`, `Type=Status` is `Type=Status,0s`. */
const FORM = /^([A-Za-z][A-Za-z0-9._/-]{0,315})(?:=(True|False|Unknown)(?:,([^,]+))?)?$/;

/** Undefined: it is none, and must be said to be none: Draino took a bad duration for a condition that nothing matches. */
export function parseDrainCondition(text: string): DrainCondition | undefined {
  const [, type, status = 'True', span = '0'] = FORM.exec(text.trim()) ?? [];
  const lasting = parseDuration(span.trim());
  if (type === undefined || lasting === undefined || lasting < 0) return undefined;
  return { type, status: status as DrainCondition['status'], lasting };
}

/** What stands on a Node, as far as it matters here. */
export interface StandingCondition {
  readonly type: string;
  readonly status: string;
  readonly since?: Instant;
}

/** Whether the condition has its status, and for how long; undefined: it has another, or it is not there. */
export function standsFor(wanted: DrainCondition, conditions: readonly StandingCondition[], now: Instant): Duration | undefined {
  const found = conditions.find(({ type }) => type === wanted.type);
  if (found?.status !== wanted.status) return undefined;
  // Without a time nobody knows how long; only a condition without a duration is met.
  return found.since === undefined ? 0 : Math.max(0, now - found.since);
}

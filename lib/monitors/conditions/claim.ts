import type { Severity } from '../../model/problem.ts';
import type { Duration, Instant } from '../../model/units.ts';

/** What the node itself can be asked about a claim. */
export const RECHECKS = ['read-only-mount', 'xfs-shutdown', 'blocked-task', 'conntrack'] as const;
export type Recheck = (typeof RECHECKS)[number];

/** Asked of the node as a whole; the others need to know what about. */
export const NODE_WIDE: ReadonlySet<Recheck> = new Set<Recheck>(['conntrack']);

/** How a condition ends that a line began. */
export interface Clearing {
  /** It ends when no line has renewed it for so long; always longer than the drain buffer. */
  readonly quietPeriod: Duration;
  /** The state behind it can be read: what it answers counts, not the quiet period. */
  readonly recheck?: Recheck;
}

/** Why a condition is True: one reason, and what it is about. Several may stand at once. */
export interface Claim {
  /** File of the monitor that made it. */
  readonly monitor: string;
  readonly type: string;
  readonly reason: string;
  /** Device, mount, task; empty when the line names none. */
  readonly subject: string;
  readonly message: string;
  readonly severity: Severity;
  /** Time of the first line of the first match. */
  readonly since: Instant;
  /** When a line last renewed it. */
  readonly seen: Instant;
  /** Whether its lines can be trusted: a ladder needs that. */
  readonly trusted: boolean;
  readonly clearing: Clearing;
}

/** Until nobody has asked for a reason to hold, the drain buffer of a drainer that watches the condition must not pass. */
const BEYOND_DRAIN = 60_000;

const DEFAULT_QUIET_PERIOD: Duration = 30 * 60_000;

/** A condition that cleared within the drain buffer would have drained nothing, and for the next line start again. */
export function quietPeriodOf(wanted: Duration | undefined, drainBuffer: Duration): Duration {
  return Math.max(wanted ?? DEFAULT_QUIET_PERIOD, drainBuffer + BEYOND_DRAIN);
}

const RANK: Readonly<Record<Severity, number>> = { notice: 0, warning: 1, critical: 2 };

/** The worst first; of equal ones the newest, as node-problem-detector shows the reason that came last. */
export const byWeight = (a: Claim, b: Claim): number => RANK[b.severity] - RANK[a.severity] || b.since - a.since;

export const isQuiet = ({ clearing, seen }: Claim, now: Instant): boolean => now - seen >= clearing.quietPeriod;

import { type Duration, ms } from '../model/units.ts';
import { later, type Span, span } from './span.ts';
import type { Timing } from './timing.ts';
import type { ZoneVerdict } from './zone.ts';

/** The node's own part of the chain; undefined: it never happens. */
export interface Stages {
  /** Ready=Unknown; pods are marked not ready and leave their Services in the same pass. */
  readonly unknown: Span;
  readonly tainted: Span | undefined;
  /** Pods go by --pod-eviction-timeout instead of taints. */
  readonly timedOut: Span | undefined;
  readonly why: string | undefined;
}

/** Nodes are taken from the queue ten times a second (scheduler.NodeEvictionPeriod). */
const TAINT_PASS: Duration = ms(100);

/**
 * A heartbeat counts from the pass that first sees it, up to a period after it was sent, and the node is Unknown in the
 * first pass after the grace period. Passes drift by their own length, so that a whole multiple of the period is exceeded
 * by the pass that falls on it, and less than a multiple perhaps by the one before.
 */
function firstPassAfter(limit: Duration, period: Duration): Span {
  return span(limit, Math.ceil(limit / period) * period + period);
}

export function stagesOf(timing: Timing, zone: ZoneVerdict): Stages {
  const period = Math.max(1, timing.monitorPeriod.value);
  const unknown = firstPassAfter(timing.gracePeriod.value, period);
  const none = { unknown, tainted: undefined, timedOut: undefined };
  if (timing.noEviction !== undefined) return { ...none, why: timing.noEviction };
  if (zone.kind === 'stops') return { ...none, why: zone.why };
  if (timing.evictionTimeout !== undefined) {
    const late = Math.max(timing.evictionTimeout.value, timing.gracePeriod.value);
    return { ...none, timedOut: later(firstPassAfter(late, period), 0, TAINT_PASS), why: undefined };
  }
  // Until 1.33 that pass judged by the condition it had found, and tainted in the next one.
  const tainted = later(unknown, timing.release.taintsWithUnknown ? 0 : period, TAINT_PASS);
  return { ...none, tainted, why: undefined };
}

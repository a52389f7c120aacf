import type { Hold } from '../model/guard.ts';
import { isKind, type LedgerEntry, type Moment } from '../model/incident.ts';
import { formatDuration } from '../model/quantity.ts';
import { type Duration, minutes } from '../model/units.ts';
import { untouchedOf } from './budget.ts';
import { ageOf } from './entries.ts';

/** Without knowledge of the fleet the fault may be everywhere: one step, and time to see what it did. */
const REST = minutes(10);
const PER = minutes(60);
const MOST = 3;

/** How long the ledger has to remember an attempt for this budget. */
export const LOCAL_BUDGET_KEEPS: Duration = PER;

/** A refused plan touched nothing. */
const isAttempt = (entry: LedgerEntry) => isKind('intent')(entry) && entry.plan.length > 0;

/** What a node that cannot ask the fleet may still do, counted in the ledger: it survives the agent and the host. */
export function localBudget(entries: readonly LedgerEntry[], now: Moment, why: string): Hold | undefined {
  const untouched = untouchedOf(entries);
  const ages = entries
    .filter(isAttempt)
    .filter((entry) => !('action' in entry && untouched.has(entry.action)))
    .map((entry) => ageOf(entry, now));
  const last = Math.min(...ages);
  if (last < REST) {
    return { id: 'fleet-budget', why: `${why}: one remedy in ${formatDuration(REST)}, the last ${formatDuration(last)} ago` };
  }
  const recent = ages.filter((age) => age < PER).length;
  if (recent < MOST) return undefined;
  return { id: 'fleet-budget', why: `${why}: ${MOST} remedies in ${formatDuration(PER)}, and there were ${recent}` };
}

/** A person has closed the breaker a short while ago. */
export function isBreakerReset(entries: readonly LedgerEntry[], within: Duration, now: Moment): boolean {
  return entries.some((entry) => entry.kind === 'reset' && entry.of === 'breaker' && ageOf(entry, now) < within);
}

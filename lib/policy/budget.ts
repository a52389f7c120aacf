import { type EntryOf, isKind, type LedgerEntry, type LedgerKept, type Moment } from '../model/incident.ts';
import type { Duration } from '../model/units.ts';
import { ageOf } from './entries.ts';
import { isForgiven } from './forgiveness.ts';

/** What a budget is kept of: one remedy against one problem. */
export interface Spender {
  readonly type: string;
  readonly subject?: string | undefined;
  readonly remedy: string;
}

const isIntent = isKind('intent');

/** Actions that were held right before their first step. */
export const untouchedOf = (entries: readonly LedgerEntry[]): ReadonlySet<string> =>
  new Set(entries.flatMap((entry) => (entry.kind === 'outcome' && entry.untouched === true ? [entry.action] : [])));

/** Intents of this remedy against this problem within `per`, those of earlier incidents and boots too; the unfinished ones count. */
export function attemptsOf(
  entries: readonly LedgerEntry[],
  spender: Spender,
  per: Duration,
  now: Moment,
): readonly EntryOf<'intent'>[] {
  const untouched = untouchedOf(entries);
  return entries
    .filter(isIntent)
    .filter(({ type, subject, remedy }) => type === spender.type && subject === spender.subject && remedy === spender.remedy)
    .filter(({ action }) => !untouched.has(action))
    .filter((intent) => ageOf(intent, now) <= per && !isForgiven(entries, spender, intent));
}

const isInterrupted = (outcome: EntryOf<'outcome'> | undefined) => outcome?.outcome === 'interrupted';

/** How each action ended, by its id. */
const outcomesOf = (entries: readonly LedgerEntry[]) =>
  new Map(entries.filter(isKind('outcome')).map((outcome) => [outcome.action, outcome]));

/**
 * Since this remedy last ran or ended on this node, against whatever problem; undefined: not known to have run. One that the end of
 * the agent cut short is not waited for: if it came so far, the unit itself was started a moment ago, and that holds the next.
 */
export function sinceLast(entries: readonly LedgerEntry[], remedy: string, now: Moment): Duration | undefined {
  const outcomes = outcomesOf(entries);
  const ages = entries
    .filter((entry) => entry.kind === 'intent' || entry.kind === 'outcome')
    .filter((entry) => entry.remedy === remedy && !isInterrupted(outcomes.get(entry.action)))
    .map((entry) => ageOf(entry, now));
  return ages.length === 0 ? undefined : Math.min(...ages);
}

export interface AttemptHistory {
  readonly tried: boolean;
  readonly attempts: number;
  readonly sinceLast: Duration | undefined;
}

/** It was planned, and did not come to be done: another attempt may be made of it, and both count. */
function wasCutShort({ plan }: EntryOf<'intent'>, outcome: EntryOf<'outcome'> | undefined): boolean {
  return isInterrupted(outcome) || (outcome?.outcome === 'refused' && plan.length > 0);
}

/** It was carried out. What was only held, or called off, was no attempt; what is being carried out holds the next by itself. */
const counts = (outcome: EntryOf<'outcome'> | undefined) =>
  outcome !== undefined && outcome.outcome !== 'interrupted' && outcome.outcome !== 'refused';

/** Of a remedy that may be tried again: a success, or a refusal, ends it for this incident; failures are counted. */
function repeated(
  entries: readonly LedgerEntry[],
  spender: Spender & { readonly incident: string | undefined },
  per: Duration,
  now: Moment,
): AttemptHistory {
  const outcomes = outcomesOf(entries);
  const own = entries
    .filter(isIntent)
    .filter(({ incident, remedy }) => incident === spender.incident && remedy === spender.remedy)
    .filter((intent) => !isForgiven(entries, spender, intent));
  const within = attemptsOf(entries, spender, per, now);
  const counted = new Set([...own, ...within].filter(({ action }) => counts(outcomes.get(action))));
  return {
    tried: own.some(({ action }) => ['succeeded', 'refused'].includes(outcomes.get(action)?.outcome ?? '')),
    attempts: counted.size,
    sinceLast: sinceLast(entries, spender.remedy, now),
  };
}

/** What a decision asks of the ledger. A reset makes a rung of the present incident untried again. */
export function attemptHistory(
  entries: readonly LedgerEntry[],
  spender: Spender & { readonly incident: string | undefined; readonly again?: boolean },
  per: Duration,
  now: Moment,
): AttemptHistory {
  if (spender.again === true) return repeated(entries, spender, per, now);
  const outcomes = outcomesOf(entries);
  const tried = entries
    .filter(isIntent)
    .filter(({ incident, remedy }) => incident === spender.incident && remedy === spender.remedy)
    .some((intent) => !wasCutShort(intent, outcomes.get(intent.action)) && !isForgiven(entries, spender, intent));
  return {
    tried,
    attempts: attemptsOf(entries, spender, per, now).length,
    sinceLast: sinceLast(entries, spender.remedy, now),
  };
}

/** How often this unit may still be restarted: without a ledger on disk once per boot, and never where not even that is remembered. */
export function restartsLeft(entries: readonly LedgerEntry[], unit: string, kept: LedgerKept, now: Moment): number {
  if (kept === 'disk') return Number.POSITIVE_INFINITY;
  if (kept === 'memory') return 0;
  const restarted = entries.filter(isIntent).some((intent) => intent.unit === unit && intent.boot === now.boot);
  return restarted ? 0 : 1;
}

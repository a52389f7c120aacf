import { type EntryOf, isKind, type LedgerEntry, type LedgerKept, type Moment } from '../model/incident.ts';
import type { Duration } from '../model/units.ts';

/** What a budget is kept of: one remedy against one problem. */
export interface Spender {
  readonly type: string;
  readonly subject?: string | undefined;
  readonly remedy: string;
}

const isIntent = isKind('intent');

/**
 * How long ago at least. Within a boot by its uptime; of an earlier boot only the present uptime is certain, because how long the
 * host was off is known to the wall clock alone, and a wall clock that jumps must never free a budget.
 */
export function ageOf(entry: Moment, now: Moment): Duration {
  return entry.boot === now.boot ? Math.max(0, now.up - entry.up) : now.up;
}

export const identityOfEntry = ({ boot, up }: Moment): string => `${boot}/${up}`;

/** Every entry once, in the order in which they were written. The first one met wins: later copies come without evidence. */
export function distinct(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const known = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    const identity = identityOfEntry(entry);
    if (!known.has(identity)) known.set(identity, entry);
  }
  return [...known.values()].sort((a, b) => a.seq - b.seq);
}

/** Whether one entry was written after another: within a boot its clock tells, across boots the order of the ledger. */
function isAfter(one: LedgerEntry, other: LedgerEntry): boolean {
  return one.boot === other.boot ? one.up > other.up : one.seq > other.seq;
}

/** Whether a person has forgiven this problem since that entry was written. */
function isForgiven(entries: readonly LedgerEntry[], { type, subject }: Omit<Spender, 'remedy'>, entry: LedgerEntry): boolean {
  return entries
    .filter(isKind('reset'))
    .filter((reset) => reset.of === type && (reset.subject === undefined || reset.subject === subject))
    .some((reset) => isAfter(reset, entry));
}

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

/** Incidents that were opened and not closed, the oldest first, with the reason and severity they have now. */
export function openIncidents(entries: readonly LedgerEntry[]): readonly EntryOf<'opened'>[] {
  const open = new Map<string, EntryOf<'opened'>>();
  for (const entry of entries) {
    if (entry.kind === 'opened') open.set(entry.incident, entry);
    else if (entry.kind === 'closed') open.delete(entry.incident);
    else if (entry.kind === 'changed') {
      const opened = open.get(entry.incident);
      const { reason, severity, message } = entry;
      if (opened !== undefined) open.set(entry.incident, { ...opened, reason, severity, message });
    }
  }
  return [...open.values()];
}

/** Intents without an outcome: after a crash what the agent was doing. They have been counted as attempts all along. */
export function unfinished(entries: readonly LedgerEntry[]): readonly EntryOf<'intent'>[] {
  const ended = new Set(entries.filter(isKind('outcome')).map(({ action }) => action));
  return entries.filter(isIntent).filter(({ action }) => !ended.has(action));
}

/** Whether this incident was given up, and not forgiven since. */
export function isExhausted(entries: readonly LedgerEntry[], incident: string): boolean {
  const opened = entries.filter(isKind('opened')).find((entry) => entry.incident === incident);
  return entries
    .filter((entry) => entry.kind === 'exhausted' && entry.incident === incident)
    .some((entry) => opened === undefined || !isForgiven(entries, opened, entry));
}

/** What a reset of this problem would forgive: attempts that count, and that it was given up; of all its subjects where none is named. */
export function forgivable(entries: readonly LedgerEntry[], type: string, subject?: string) {
  const isMeant = (one: { readonly type: string; readonly subject?: string }) =>
    one.type === type && (subject === undefined || one.subject === subject);
  return {
    intents: entries.filter(isIntent).filter((intent) => isMeant(intent) && !isForgiven(entries, intent, intent)),
    givenUp: openIncidents(entries).some((opened) => isMeant(opened) && isExhausted(entries, opened.incident)),
  };
}

/** How often this unit may still be restarted: without a ledger on disk once per boot, and never where not even that is remembered. */
export function restartsLeft(entries: readonly LedgerEntry[], unit: string, kept: LedgerKept, now: Moment): number {
  if (kept === 'disk') return Number.POSITIVE_INFINITY;
  if (kept === 'memory') return 0;
  const restarted = entries.filter(isIntent).some((intent) => intent.unit === unit && intent.boot === now.boot);
  return restarted ? 0 : 1;
}

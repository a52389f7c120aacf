import type { ActionOutcome, EntryOf, LedgerEntry, Stamp } from '../model/incident.ts';
import type { Severity } from '../model/problem.ts';
import type { Disruption } from '../model/remedy.ts';
import type { Duration, Instant } from '../model/units.ts';
import { distinct } from './entries.ts';

export interface PastAction {
  readonly action: string;
  readonly remedy: string;
  readonly disruption: Disruption;
  readonly unit?: string;
  readonly by: 'agent' | 'doctor' | 'tune';
  readonly at: Instant;
  /** Absent: it runs, or the agent ended before it knew. */
  readonly outcome?: ActionOutcome;
  readonly message?: string;
  readonly took?: Duration;
  /** Held right before its first step. */
  readonly untouched?: true;
}

/** One problem's life as the ledger tells it. */
export interface Incident {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly reason: string;
  readonly severity: Severity;
  readonly message: string;
  readonly openedAt: Instant;
  readonly boot: string;
  readonly closedAt?: Instant;
  readonly healedBy?: string;
  /** From opening to closing; of an open one, to the last entry about it. */
  readonly lasted: Duration;
  readonly actions: readonly PastAction[];
  /** Guards that hold it now, of every remedy. */
  readonly guards: readonly string[];
  readonly exhausted: boolean;
  /** Everything about it, in order. */
  readonly entries: readonly LedgerEntry[];
}

/** By the clock that does not jump; across boots only the wall clock can tell, and never less than nothing. */
export function between(from: Stamp, to: Stamp): Duration {
  return Math.max(0, from.boot === to.boot ? to.up - from.up : to.at - from.at);
}

function toAction(intent: EntryOf<'intent'>, entries: readonly LedgerEntry[]): PastAction {
  const { action, remedy, disruption, unit, by, at } = intent;
  const end = entries.find((entry) => entry.kind === 'outcome' && entry.action === action);
  return {
    action,
    remedy,
    disruption,
    ...(unit === undefined ? {} : { unit }),
    by,
    at,
    ...(end?.kind === 'outcome' ? { outcome: end.outcome, message: end.message, took: between(intent, end) } : {}),
    ...(end?.kind === 'outcome' && end.untouched === true ? { untouched: true } : {}),
  };
}

function latestGuards(entries: readonly LedgerEntry[]): readonly string[] {
  const byRemedy = new Map<string, readonly string[]>();
  for (const entry of entries) if (entry.kind === 'guards') byRemedy.set(entry.remedy, entry.guards);
  return [...new Set([...byRemedy.values()].flat())];
}

function toIncident(id: string, entries: readonly LedgerEntry[]): Incident | undefined {
  const opened = entries.find((entry) => entry.kind === 'opened');
  const last = entries.at(-1);
  // Its beginning was dropped with an old segment, or was never readable.
  if (opened?.kind !== 'opened' || last === undefined) return undefined;
  const changed = entries.findLast((entry) => entry.kind === 'changed');
  const closed = entries.findLast((entry) => entry.kind === 'closed');
  const now = changed?.kind === 'changed' ? changed : opened;
  return {
    id,
    type: opened.type,
    ...(opened.subject === undefined ? {} : { subject: opened.subject }),
    reason: now.reason,
    severity: now.severity,
    message: now.message,
    openedAt: opened.at,
    boot: opened.boot,
    ...(closed?.kind === 'closed' ? { closedAt: closed.at, healedBy: closed.healedBy } : {}),
    lasted: between(opened, closed ?? last),
    actions: entries.flatMap((entry) => (entry.kind === 'intent' ? toAction(entry, entries) : [])),
    guards: closed === undefined ? latestGuards(entries) : [],
    exhausted: entries.some(({ kind }) => kind === 'exhausted'),
    entries,
  };
}

/** The incidents of a ledger, the oldest first. */
export function incidentsOf(ledger: readonly LedgerEntry[]): readonly Incident[] {
  const byId = Map.groupBy(
    distinct(ledger).filter((entry) => entry.kind !== 'reset'),
    ({ incident }) => incident,
  );
  return [...byId].flatMap(([id, entries]) => toIncident(id, entries) ?? []);
}

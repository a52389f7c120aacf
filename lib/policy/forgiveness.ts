import { isKind, type LedgerEntry } from '../model/incident.ts';
import { isAfter } from './entries.ts';
import { openIncidents } from './still-open.ts';

/** A problem; without a subject, all of its type that have none. */
interface Problem {
  readonly type: string;
  readonly subject?: string | undefined;
}

/** Whether a person has forgiven this problem since that entry was written. */
export function isForgiven(entries: readonly LedgerEntry[], { type, subject }: Problem, entry: LedgerEntry): boolean {
  return entries
    .filter(isKind('reset'))
    .filter((reset) => reset.of === type && (reset.subject === undefined || reset.subject === subject))
    .some((reset) => isAfter(reset, entry));
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
    intents: entries.filter(isKind('intent')).filter((intent) => isMeant(intent) && !isForgiven(entries, intent, intent)),
    givenUp: openIncidents(entries).some((opened) => isMeant(opened) && isExhausted(entries, opened.incident)),
  };
}

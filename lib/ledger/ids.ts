import type { LedgerEntry } from '../model/incident.ts';
import type { Instant } from '../model/units.ts';

const day = (at: Instant) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '');

/** The day for people, the number for order. */
export const incidentId = (at: Instant, number: number): string => `${day(at)}-${String(number).padStart(4, '0')}`;

/** Of the next action of an incident: the same one until an intent with it is among the entries. */
export function nextActionId(entries: readonly LedgerEntry[], incident: string): string {
  const numbers = entries.flatMap((entry) =>
    entry.kind === 'intent' && entry.incident === incident ? Number(/\.(\d+)$/.exec(entry.action)?.[1] ?? 0) : [],
  );
  return `${incident}.${Math.max(0, ...numbers) + 1}`;
}

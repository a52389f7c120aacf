import type { LedgerEntry, Moment } from '../model/incident.ts';
import type { Duration } from '../model/units.ts';

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
export function isAfter(one: LedgerEntry, other: LedgerEntry): boolean {
  return one.boot === other.boot ? one.up > other.up : one.seq > other.seq;
}

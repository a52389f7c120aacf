import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { LedgerEntry, LedgerEvent, LedgerKept } from '../../lib/model/incident.ts';

/** A ledger in memory that says it is on disk, unless told otherwise. */
export function fakeLedger(
  entries: LedgerEntry[] = [],
  kept: LedgerKept = 'disk',
): Ledger & { readonly kinds: () => readonly string[] } {
  let incidents = 0;
  let actions = 0;
  return {
    state: { kind: kept },
    replay: undefined,
    entries,
    kinds: () => entries.map(({ kind }) => kind),
    newIncident() {
      incidents += 1;
      return `20260101-${incidents}`;
    },
    newAction(incident) {
      actions += 1;
      return `${incident}.${actions}`;
    },
    async append(event: LedgerEvent) {
      const entry: LedgerEntry = { ...event, at: 0, boot: 'b', up: entries.length, seq: entries.length + 1 };
      entries.push(entry);
      return { entry, kept };
    },
    tend: async () => ({ kind: kept }),
    close: async () => undefined,
  };
}

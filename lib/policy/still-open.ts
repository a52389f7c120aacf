import { type EntryOf, isKind, type LedgerEntry } from '../model/incident.ts';

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
  return entries.filter(isKind('intent')).filter(({ action }) => !ended.has(action));
}

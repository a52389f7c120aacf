import { isKind, type LedgerEntry, type Moment } from '../model/incident.ts';
import type { Duration } from '../model/units.ts';
import { ageOf } from './entries.ts';
import { openIncidents, unfinished } from './still-open.ts';

const isIntent = isKind('intent');

/** The last entry of each key, in order. */
function latestBy<Entry extends LedgerEntry>(entries: readonly Entry[], key: (entry: Entry) => string): readonly Entry[] {
  return [...new Map(entries.map((entry) => [key(entry), entry])).values()];
}

/**
 * The entries that a decision may still ask for: attempts and resets not older than `keep`, the last restart of each unit in this
 * boot, and open incidents with the last word on each of their aspects. What a new segment begins with, and what the agent holds
 * in memory.
 */
export function needed(entries: readonly LedgerEntry[], keep: Duration, now: Moment): readonly LedgerEntry[] {
  const open = new Set(openIncidents(entries).map(({ incident }) => incident));
  const young = (entry: LedgerEntry) => ageOf(entry, now) <= keep;
  const ofOpen = entries.filter((entry) => entry.kind !== 'reset' && open.has(entry.incident));
  const running = new Set(unfinished(entries).map(({ action }) => action));
  const kept = new Set<LedgerEntry>([
    ...ofOpen.filter(isKind('opened')),
    ...latestBy(ofOpen.filter(isKind('changed')), ({ incident }) => incident),
    ...latestBy(ofOpen.filter(isKind('guards')), ({ incident, remedy }) => `${incident} ${remedy}`),
    ...latestBy(ofOpen.filter(isKind('would')), ({ incident, remedy }) => `${incident} ${remedy}`),
    ...latestBy(ofOpen.filter(isKind('exhausted')), ({ incident }) => incident),
    ...latestBy(ofOpen.filter(isIntent), ({ incident, remedy }) => `${incident} ${remedy}`),
    ...latestBy(
      entries.filter(isIntent).filter(({ boot, unit }) => boot === now.boot && unit !== undefined),
      ({ unit }) => unit ?? '',
    ),
    ...entries.filter(isKind('reset')).filter((reset) => young(reset) || open.size > 0),
    ...entries.filter(isIntent).filter((intent) => young(intent) || running.has(intent.action)),
  ]);
  const actions = new Set([...kept].filter(isIntent).map(({ action }) => action));
  for (const outcome of entries.filter(isKind('outcome'))) if (actions.has(outcome.action)) kept.add(outcome);
  return entries.filter((entry) => kept.has(entry));
}

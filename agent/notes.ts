import type { Clock } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { isKind } from '../lib/model/incident.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import { type Duration, type Instant, minutes } from '../lib/model/units.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { isExhausted } from '../lib/policy/forgiveness.ts';
import { noteOf } from '../lib/policy/noted.ts';
import type { Casebook } from './casebook.ts';

/** A guard that comes and goes, pressure for one, must not fill the ledger. */
const REST = minutes(1);
const MOST_PER_INCIDENT = 30;

export interface NotesParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly casebook: Casebook;
  /** Told once of each incident that was given up. */
  readonly tell: (step: RemedyStep) => void;
}

function givenUp({ fault: { type, reason, subject } }: Standing, tried: readonly string[], at: Instant): RemedyStep {
  const isMoved = ['cordon', 'drain'].includes(tried.at(-1) ?? '');
  const how = isMoved ? 'had their turn, and the problem stands' : 'did not help';
  const message = `${tried.join(', ')} ${how}; nodemend reset ${type} lets the ladder begin anew`;
  return { kind: 'exhausted', at, type, reason, ...(subject === undefined ? {} : { subject }), message };
}

/** Writes into the ledger why nothing was done, and what would have been; once for each change. */
export interface Notes {
  take(standings: readonly Standing[], decisions: ReadonlyMap<string, Decision>): void;
  idle(): Promise<void>;
}

export function openNotes({ clock, ledger, casebook, tell }: NotesParts): Notes {
  const lastGuards = new Map<string, Duration>();
  let writing: Promise<void> = Promise.resolve();

  function isNews(event: NonNullable<ReturnType<typeof noteOf>>): boolean {
    const { incident } = event;
    if (event.kind === 'exhausted') return !isExhausted(ledger.entries, incident);
    const of = { incident, remedy: event.remedy };
    const isSame = (entry: { readonly incident: string; readonly remedy: string }) =>
      entry.incident === of.incident && entry.remedy === of.remedy;
    if (event.kind === 'would') return !ledger.entries.filter(isKind('would')).some(isSame);
    const before = ledger.entries.filter(isKind('guards')).findLast(isSame)?.guards ?? [];
    return before.join() !== event.guards.join();
  }

  /** One more of this incident, unless it had its share or the last is too young. */
  function isDue(incident: string, counts: Map<string, number>): boolean {
    const now = clock.monotonic();
    const last = lastGuards.get(incident);
    const count = counts.get(incident) ?? 0;
    if (count >= MOST_PER_INCIDENT || (last !== undefined && now - last < REST)) return false;
    lastGuards.set(incident, now);
    counts.set(incident, count + 1);
    return true;
  }

  const counts = new Map<string, number>();

  async function note(incident: string, standing: Standing, decision: Decision): Promise<void> {
    const event = noteOf(incident, standing, decision);
    if (event === undefined || !isNews(event)) return;
    if (event.kind === 'guards' && !isDue(incident, counts)) return;
    await ledger.append(event);
    if (event.kind === 'exhausted') tell(givenUp(standing, event.tried, clock.now()));
  }

  return {
    take(standings, decisions) {
      const open = standings.flatMap((standing) => {
        const [incident, decision] = [casebook.incidentOf(standing.identity), decisions.get(standing.identity)];
        return incident === undefined || decision === undefined ? [] : [{ incident, standing, decision }];
      });
      for (const map of [counts, lastGuards])
        for (const id of map.keys()) if (!open.some(({ incident }) => incident === id)) map.delete(id);
      writing = writing.then(async () => {
        for (const { incident, standing, decision } of open) await note(incident, standing, decision);
      });
    },
    idle: () => writing,
  };
}

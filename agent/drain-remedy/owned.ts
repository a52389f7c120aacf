import type { Clock } from '../../lib/host/host.ts';
import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { openIncidents } from '../../lib/policy/still-open.ts';
import { identityOf } from '../../lib/policy/track.ts';
import type { Casebook } from '../casebook.ts';

/** After something that could not be begun, the others or the API server are not asked again at once. */
const REST: Duration = seconds(60);
const LONGEST_REST: Duration = minutes(10);
const OVER_FOR: Duration = seconds(20);

export interface Rest {
  /** Undefined: nothing is put off any more. Twice as long each time, so that who is held for a night does not fill the ledger. */
  take(why: string | undefined): void;
  /** Why nothing is begun now. */
  why(): string | undefined;
}

export function openRest(clock: Pick<Clock, 'monotonic'>): Rest {
  let resting: { readonly why: string; readonly span: Duration; readonly until: Duration } | undefined;
  return {
    take(why) {
      const span = Math.min(LONGEST_REST, Math.max(REST, 2 * (resting?.span ?? 0)));
      resting = why === undefined ? undefined : { why, span, until: clock.monotonic() + span };
    },
    why: () => (resting !== undefined && clock.monotonic() < resting.until ? resting.why : undefined),
  };
}

/** After the drain the host was rebooted and found well: whoever proved that has given the node back. */
export function wasGivenBack(entries: readonly LedgerEntry[], { action }: Pick<MoveRecord, 'action'>): boolean {
  const begun = entries.findIndex((entry) => entry.kind === 'intent' && entry.action === action);
  const since = entries.slice(begun + 1).filter(isKind('outcome'));
  return since.some(({ remedy, outcome }) => remedy === 'reboot' && outcome === 'succeeded');
}

const CORDONING = ['cordon', 'drain'];

/** Another problem that stands had this node cordoned, or found it so. */
function isNeeded(entries: readonly LedgerEntry[]): boolean {
  const open = new Set(openIncidents(entries).map(({ incident }) => incident));
  return entries.filter(isKind('intent')).some(({ remedy, incident }) => CORDONING.includes(remedy) && open.has(incident));
}

/** Whether everything has been gone for a while for which this node was cordoned. */
export function watchOver(
  clock: Pick<Clock, 'monotonic'>,
  casebook: Pick<Casebook, 'incidentOf'>,
  entries: () => readonly LedgerEntry[],
): (cordoned: MoveRecord, standings: readonly Standing[]) => boolean {
  let since: Duration | undefined;
  return ({ type, subject }, standings) => {
    const identity = identityOf(subject === undefined ? { type } : { type, subject });
    const goesOn = casebook.incidentOf(identity) !== undefined || standings.some((one) => one.identity === identity);
    since = goesOn || isNeeded(entries()) ? undefined : (since ?? clock.monotonic());
    return since !== undefined && clock.monotonic() - since >= OVER_FOR;
  };
}

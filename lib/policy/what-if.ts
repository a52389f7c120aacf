import type { LedgerEntry, Stamp } from '../model/incident.ts';
import { isKind } from '../model/incident.ts';
import type { Disruption } from '../model/remedy.ts';
import type { Duration, Instant } from '../model/units.ts';
import { between, type Incident, incidentsOf } from './history.ts';

/** One problem's life, and what a remedy would have been to it. */
export interface WhatIf {
  readonly incident: Incident;
  /** `would`: in observe mode nothing but the mode stood against it. `held`: guards did. `did`: it was done. `none`: no remedy. */
  readonly verdict: 'would' | 'held' | 'did' | 'none';
  readonly remedy?: string;
  readonly disruption?: Disruption;
  /** The evidence it would have acted on. */
  readonly message: string;
  /** From the first sign to that moment. */
  readonly after?: Duration;
  /** Every guard that held it at some time. */
  readonly guards: readonly string[];
  /** How long it went on from that moment, until it was over. */
  readonly overAfter?: Duration;
}

export interface WhatIfPage {
  readonly from: Instant;
  readonly to: Instant;
  /** The oldest entry there is; later than `from`: the ledger does not reach back so far. */
  readonly reachesBack: Instant | undefined;
  readonly incidents: readonly WhatIf[];
}

interface Moment {
  readonly verdict: WhatIf['verdict'];
  readonly remedy?: string;
  readonly disruption?: Disruption;
  readonly message?: string;
  readonly stamp?: Stamp;
}

/** The first thing that was done, else would have been, else was held. */
function decisive({ entries }: Incident): Moment {
  const did = entries.find(isKind('intent'));
  if (did !== undefined) return { verdict: 'did', remedy: did.remedy, disruption: did.disruption, stamp: did };
  const would = entries.find(isKind('would'));
  if (would !== undefined) {
    const { remedy, disruption, message } = would;
    return { verdict: 'would', remedy, disruption, message, stamp: would };
  }
  const held = entries.filter(isKind('guards')).find(({ guards }) => guards.length > 0);
  return held === undefined ? { verdict: 'none' } : { verdict: 'held', remedy: held.remedy, stamp: held };
}

function toWhatIf(incident: Incident): WhatIf {
  const { stamp, message = incident.message, ...moment } = decisive(incident);
  const [first] = incident.entries;
  const closed = incident.entries.findLast(isKind('closed'));
  const guards = incident.entries.filter(isKind('guards')).flatMap((entry) => entry.guards);
  return {
    incident,
    ...moment,
    message,
    guards: [...new Set(guards)],
    ...(stamp === undefined || first === undefined ? {} : { after: between(first, stamp) }),
    ...(stamp === undefined || closed === undefined ? {} : { overAfter: between(stamp, closed) }),
  };
}

/** What remedy mode would have done on this node, by what the ledger was told at the time. Pure. */
export function whatIf(ledger: readonly LedgerEntry[], span: Duration, now: Instant): WhatIfPage {
  const from = now - span;
  const ats = ledger.map(({ at }) => at);
  return {
    from,
    to: now,
    reachesBack: ats.length === 0 ? undefined : ats.reduce((least, at) => Math.min(least, at)),
    incidents: incidentsOf(ledger)
      .filter(({ openedAt }) => openedAt >= from)
      .map(toWhatIf),
  };
}

/** The middle of some durations; undefined of none. */
export function median(durations: readonly Duration[]): Duration | undefined {
  const sorted = durations.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  const next = sorted[Math.ceil((sorted.length - 1) / 2)];
  return middle === undefined || next === undefined ? undefined : (middle + next) / 2;
}

/** Over without any remedy: what a remedy would have been in vain for, or only faster. */
export const healedByItself = ({ incident }: WhatIf): boolean =>
  incident.closedAt !== undefined && (incident.healedBy === 'itself' || incident.healedBy === 'systemd');

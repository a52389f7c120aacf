import type { Fault, Finding } from '../model/finding.ts';
import type { Observation, Standing, Transition } from '../model/standing.ts';
import type { Duration, Instant } from '../model/units.ts';
import { isFault } from './report.ts';

export interface Tracked {
  readonly standings: readonly Standing[];
  readonly transitions: readonly Transition[];
}

export interface TrackContext {
  readonly now: Instant;
  /** Time since the last round, by a clock that never jumps. */
  readonly elapsed: Duration;
  /** How long a problem must be gone before it counts as cleared. */
  readonly clearAfter: Duration;
}

export function identityOf({ type, subject }: Pick<Fault, 'type' | 'subject'>): string {
  return `${type}\0${subject ?? ''}`;
}

/** Somebody looked: it passed, or another of the same kind was found. */
const speaksOf = (finding: Finding, subject: string): boolean =>
  isFault(finding) ? finding.clearedBy === subject : finding.verdict === 'pass' && finding.subject === subject;

/** `unknown` about a subject, or about the whole check, says nothing of whether its problem is gone. */
export function couldNotTell(
  findings: readonly Finding[],
  { subject, clearedBy }: Pick<Fault, 'subject' | 'clearedBy'>,
): boolean {
  const about = [undefined, subject, ...(clearedBy === undefined ? [] : [clearedBy])];
  if (findings.some((finding) => finding.verdict === 'unknown' && about.includes(finding.subject))) return true;
  return clearedBy !== undefined && !findings.some((finding) => speaksOf(finding, clearedBy));
}

function begin(check: string, fault: Fault, { now }: TrackContext): Standing {
  return { identity: identityOf(fault), check, fault, state: fault.state, since: fault.since ?? now, stood: 0, gone: 0 };
}

interface Found {
  readonly check: string;
  readonly fault: Fault;
}

/** Once active it stays so: a check that suspects again what was already certain has only lost some evidence. */
function goOn(standing: Standing, { check, fault }: Found, { elapsed }: TrackContext): Standing {
  const stood = standing.stood + elapsed;
  const isCertain = standing.state !== 'suspected' || stood >= (fault.activeAfter ?? Number.POSITIVE_INFINITY);
  // Of two checks that find it, the one that found it last says when it is over.
  const { remembered: _, ...rest } = standing;
  return { ...rest, check, fault, state: isCertain ? 'active' : fault.state, stood, gone: 0 };
}

const isKnown = (before: Standing, { fault }: Standing): boolean =>
  before.remembered === true && before.fault.reason === fault.reason;

function fade(standing: Standing, { elapsed, clearAfter }: TrackContext): Standing | undefined {
  const gone = standing.state === 'clearing' ? standing.gone + elapsed : 0;
  // What was never certain leaves no trace.
  if (gone >= clearAfter || standing.state === 'suspected') return undefined;
  const { remembered: _, ...rest } = standing;
  return { ...rest, state: 'clearing', stood: standing.stood + elapsed, gone };
}

/** What each problem is now, given what it was and what this round's checks said. A check that did not run changes nothing. */
export function track(previous: readonly Standing[], observations: readonly Observation[], context: TrackContext): Tracked {
  const found = new Map<string, Found>();
  for (const { check, findings } of observations) {
    for (const fault of findings.filter(isFault)) found.set(identityOf(fault), { check, fault });
  }
  const standings: Standing[] = [];
  const transitions: Transition[] = [];
  const keep = (standing: Standing, before: Standing | undefined) => {
    standings.push(standing);
    const { state } = standing;
    if (state === before?.state) return;
    const known = before !== undefined && isKnown(before, standing);
    transitions.push({ standing, from: before?.state, to: state, ...(known ? { known } : {}) });
  };

  for (const standing of previous) {
    const again = found.get(standing.identity);
    found.delete(standing.identity);
    const observed = observations.find(({ check }) => check === standing.check);
    if (again !== undefined) keep(goOn(standing, again, context), standing);
    else if (observed === undefined) {
      // Time passes for it all the same, but only its own check can say that it is over.
      const gone = standing.state === 'clearing' ? standing.gone + context.elapsed : 0;
      keep({ ...standing, stood: standing.stood + context.elapsed, gone }, standing);
    } else if (couldNotTell(observed.findings, standing.fault)) {
      keep({ ...standing, stood: standing.stood + context.elapsed }, standing);
    } else {
      const faded = fade(standing, context);
      if (faded === undefined) transitions.push({ standing, from: standing.state, to: 'cleared' });
      else keep(faded, standing);
    }
  }
  for (const { check, fault } of found.values()) keep(begin(check, fault, context), undefined);
  return { standings, transitions };
}

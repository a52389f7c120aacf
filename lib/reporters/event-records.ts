import type { ProblemState, RemedyStep, Tidings } from '../model/snapshot.ts';
import type { Transition } from '../model/standing.ts';
import { type Duration, minutes } from '../model/units.ts';
import { clearReason } from './conditions.ts';
import { guardsOf, nameProblem, problemKey } from './problem-words.ts';

/** Something to say about this node, once. `key`: what is counted up instead of being said again. */
export interface EventRecord {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly key: string;
}

function record(type: EventRecord['type'], reason: string, subject: string | undefined, message: string): EventRecord {
  const about = subject === undefined ? '' : `${subject}: `;
  const state = message.slice(0, message.indexOf(':'));
  return { type, reason, message: `${about}${message}`, key: [type, reason, subject ?? '', state].join('\0') };
}

/** A problem is named by its reason as kubelet and node-problem-detector name theirs; that it is over, by the type. */
export function recordOfTransition({ standing: { fault }, from, to }: Transition): EventRecord {
  const { type, reason, subject, message, severity } = fault;
  if (to === 'cleared') {
    const passed = from === 'suspected' ? 'passed by itself' : 'cleared';
    return record('Normal', clearReason(type), subject, `${passed}: ${reason} is over`);
  }
  const loud = to === 'active' && severity !== 'notice';
  return record(loud ? 'Warning' : 'Normal', reason, subject, `${to}: ${message}`);
}

const REASON: Readonly<Record<RemedyStep['kind'], string>> = {
  started: 'RemedyStarted',
  succeeded: 'RemedySucceeded',
  failed: 'RemedyFailed',
  skipped: 'RemedySkipped',
  exhausted: 'RemediesExhausted',
};

export function recordOfStep({ kind, remedy, message, outcome, ...problem }: RemedyStep): EventRecord {
  const bad = kind === 'failed' || kind === 'exhausted';
  const what =
    remedy === undefined ? 'given up' : `${remedy}${outcome === undefined || kind === 'succeeded' ? '' : ` ${outcome}`}`;
  const text = `${what} for ${nameProblem(problem)}${message === '' ? '' : `: ${message}`}`;
  const key = [kind, remedy ?? '', problem.type, problem.subject ?? ''].join('\0');
  return { type: bad ? 'Warning' : 'Normal', reason: REASON[kind], message: text, key };
}

/** What was last said of the guards of each problem. */
export type GuardsSaid = ReadonlyMap<string, { readonly guards: string; readonly at: Duration }>;

const SAY_AGAIN = minutes(10);

/** Some guards say their name themselves. */
const describeHold = ({ id, why }: ProblemState['holds'][number]) => (why.startsWith(id) ? why : `${id} (${why})`);

function recordOfGuards(problem: ProblemState): EventRecord {
  const why = problem.holds.filter(({ id }) => id !== 'not-persistent').map(describeHold);
  const remedy = problem.next?.remedy ?? '';
  const message = `${remedy} for ${nameProblem(problem)} is held by ${why.join(', ')}`;
  return { type: 'Normal', reason: REASON.skipped, message, key: ['guards', remedy, problemKey(problem)].join('\0') };
}

/** It is carried out for this very problem: nothing of it is skipped. */
const isItself = ({ next, reason, holds }: ProblemState): boolean =>
  next !== undefined && holds.some(({ id, why }) => id === 'under-way' && why.startsWith(`${next.remedy} for ${reason}:`));

/** The set of guards that holds a remedy, when it has changed, at most once in ten minutes for each problem. */
export function recordsOfGuards(
  problems: readonly ProblemState[],
  said: GuardsSaid,
  now: Duration,
): { readonly records: readonly EventRecord[]; readonly said: GuardsSaid } {
  const next = new Map(said);
  const records: EventRecord[] = [];
  for (const problem of problems) {
    if (isItself(problem)) continue;
    const guards = guardsOf(problem).toSorted().join();
    const before = said.get(problemKey(problem));
    if (guards === (before?.guards ?? '') || guards === '') continue;
    if (before !== undefined && now - before.at < SAY_AGAIN) continue;
    next.set(problemKey(problem), { guards, at: now });
    records.push(recordOfGuards(problem));
  }
  for (const [key, { at }] of next) {
    if (now - at >= SAY_AGAIN && !problems.some((problem) => problemKey(problem) === key)) next.delete(key);
  }
  return { records, said: next };
}

/** Everything of one telling that is worth an event, but for the guards. */
export function recordsOf({ transitions, steps }: Pick<Tidings, 'transitions' | 'steps'>): readonly EventRecord[] {
  return [...transitions.filter(({ known }) => known !== true).map(recordOfTransition), ...steps.map(recordOfStep)];
}

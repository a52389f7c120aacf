import type { SignalReport } from '../model/report.ts';
import type { LastRemedy, ProblemState, Snapshot } from '../model/snapshot.ts';
import { type Bytes, KiB } from '../model/units.ts';
import { clip } from './clip.ts';
import { guardsOf, isCertain, nameProblem } from './problem-words.ts';

export const ANNOTATION = {
  health: 'nodemend.io/health',
  summary: 'nodemend.io/summary',
  report: 'nodemend.io/report',
  lastRemedy: 'nodemend.io/last-remedy',
} as const;

const LINE: Bytes = 256;
const REPORT: Bytes = 4 * KiB;
/** More do not fit in any case. */
const MOST_PROBLEMS = 24;

function isLoud({ severity, state }: ProblemState): boolean {
  return severity !== 'notice' && isCertain({ state });
}

/** One line for `kubectl get nodes -o custom-columns`: the first problem in full, how many more. */
export function summaryLine(snapshot: Snapshot): string {
  const { health, checks, problems, mode, paused } = snapshot;
  const loud = problems.filter(isLoud);
  const [first] = loud;
  const lowered = `${mode === 'observe' ? '; observing' : ''}${paused === null ? '' : '; paused'}`;
  if (first === undefined) {
    const count = (status: string) => checks.filter((check) => check.status === status).length;
    const unknown = count('unknown') === 0 ? '' : `, ${count('unknown')} could not tell`;
    return clip(`${health}: ${count('pass')} of ${checks.length} checks pass${unknown}${lowered}`, LINE);
  }
  const guards = guardsOf(first);
  const held = guards.length === 0 ? '' : `; held by ${guards.join(', ')}`;
  const more = loud.length === 1 ? '' : `; ${loud.length - 1} more`;
  const tail = `${first.exhausted ? '; given up' : held}${more}${lowered}`;
  const head = `${health}: ${nameProblem(first)}: ${first.message}`;
  return clip(`${clip(head, Math.max(LINE / 2, LINE - Buffer.byteLength(tail)))}${tail}`, LINE);
}

/** `2026-01-01T00:00:00Z restart-runtime succeeded for ContainerRuntimeUnhealthy/DockerHung (docker.service): …`. */
export function lastRemedyLine({ at, remedy, outcome, problem, message }: LastRemedy): string {
  return clip(`${at} ${remedy} ${outcome ?? 'running'} for ${problem}${message === '' ? '' : `: ${message}`}`, LINE);
}

function shortSignal({ headroom, capacity, secondsLeft }: SignalReport) {
  const ratio = headroom === null || capacity === null || capacity <= 0 ? null : Number((headroom / capacity).toFixed(4));
  return {
    headroom: headroom === null ? null : Math.round(headroom),
    ratio,
    ...(secondsLeft === null ? {} : { secondsLeft: Math.round(secondsLeft) }),
  };
}

/** Of a signal with a hard and a soft threshold the one that is nearer. */
function nearestSignals(signals: readonly SignalReport[]): Readonly<Record<string, object>> {
  const guarded = signals.filter(({ headroom }) => headroom !== null);
  const byDistance = guarded.toSorted((a, b) => (b.headroom ?? 0) - (a.headroom ?? 0));
  return Object.fromEntries(byDistance.map((signal) => [clip(signal.signal, 64), shortSignal(signal)]));
}

function shortProblem(problem: ProblemState, message: Bytes) {
  const { type, reason, subject, severity, state, since, cause, next, exhausted } = problem;
  return {
    type: clip(type, 64),
    reason: clip(reason, 64),
    ...(subject === undefined ? {} : { subject: clip(subject, 128) }),
    severity,
    state,
    since,
    ...(message === 0 ? {} : { message: clip(problem.message, message) }),
    ...(cause === undefined ? {} : { cause }),
    ...(next === undefined ? {} : { next: next.remedy, blockedBy: guardsOf(problem) }),
    ...(exhausted ? { exhausted } : {}),
  };
}

interface Detail {
  readonly problems: number;
  readonly message: Bytes;
  readonly signals: boolean;
}

/** What is left out first: long messages, then messages, then the last problems (they stand in order of weight), then signals. */
function* details(count: number): Generator<Detail> {
  const problems = Math.min(count, MOST_PROBLEMS);
  for (const message of [512, 160, 60, 0]) yield { problems, message, signals: true };
  for (let left = problems - 1; left > 0; left--) yield { problems: left, message: 0, signals: true };
  yield { problems: Math.min(problems, 3), message: 0, signals: false };
  yield { problems: 0, message: 0, signals: false };
}

/** What other programs read. `conditions`: the types that are ours, so that the next agent knows them. */
export function reportJson(snapshot: Snapshot, conditions: readonly string[]): string {
  const { time, agentVersion, health, mode, paused, problems, signals, lastRemedy } = snapshot;
  let json = '';
  for (const detail of details(problems.length)) {
    const more = problems.length - detail.problems;
    json = JSON.stringify({
      version: agentVersion,
      time,
      health,
      mode,
      ...(paused === null ? {} : { paused: { ...paused, reason: clip(paused.reason, 128) } }),
      problems: problems.slice(0, detail.problems).map((problem) => shortProblem(problem, detail.message)),
      ...(more === 0 ? {} : { more }),
      ...(detail.signals ? { signals: nearestSignals(signals) } : {}),
      ...(lastRemedy === null
        ? {}
        : { lastRemedy: { ...lastRemedy, problem: clip(lastRemedy.problem, 192), message: clip(lastRemedy.message, 160) } }),
      conditions,
    });
    if (Buffer.byteLength(json) <= REPORT) break;
  }
  return json;
}

/** What the annotations of the Node shall be; what was never known is left as it is. */
export function annotationsOf(snapshot: Snapshot, conditions: readonly string[]): Readonly<Record<string, string>> {
  const { health, lastRemedy } = snapshot;
  return {
    [ANNOTATION.health]: health,
    [ANNOTATION.summary]: summaryLine(snapshot),
    [ANNOTATION.report]: reportJson(snapshot, conditions),
    ...(lastRemedy === null ? {} : { [ANNOTATION.lastRemedy]: lastRemedyLine(lastRemedy) }),
  };
}

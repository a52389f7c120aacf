import type { ProblemState, Tidings } from '../model/snapshot.ts';
import { guardsOf, problemKey } from './problem-words.ts';
import type { Labels, Sample } from './prometheus.ts';

/** A counter by its labels. Series that are known beforehand start at 0, so that the first increase is seen as one. */
export interface Counter {
  add(labels: Labels): void;
  samples(): readonly Sample[];
}

/** More series than this are an attack or a defect. */
const MOST_SERIES = 500;

function counter(known: readonly Labels[]): Counter {
  const series = new Map<string, { readonly labels: Labels; value: number }>();
  const seriesOf = (labels: Labels) => {
    const key = JSON.stringify(Object.entries(labels).toSorted());
    const entry = series.get(key) ?? { labels, value: 0 };
    if (series.size < MOST_SERIES || series.has(key)) series.set(key, entry);
    return entry;
  };
  for (const labels of known) seriesOf(labels);
  return {
    add(labels) {
      seriesOf(labels).value += 1;
    },
    samples: () => [...series.values()],
  };
}

export interface Counts {
  readonly remedies: Counter;
  readonly blocked: Counter;
  readonly writes: Counter;
  readonly problems: Counter;
}

const OUTCOMES = ['succeeded', 'failed', 'timed-out', 'refused', 'interrupted'];
const WRITE_RESULTS = ['written', 'conflict', 'throttled', 'forbidden', 'refused', 'absent', 'failed', 'another-machine'];

/** `reasons`: of the catalogue. */
export function openCounts(remedies: readonly string[], reasons: readonly string[]): Counts {
  return {
    remedies: counter(remedies.flatMap((remedy) => OUTCOMES.map((outcome) => ({ remedy, outcome })))),
    blocked: counter([]),
    writes: counter(WRITE_RESULTS.map((result) => ({ result }))),
    problems: counter(reasons.map((reason) => ({ reason }))),
  };
}

/** Each guard of each problem's next remedy. */
function blocksOf(problems: readonly ProblemState[]): ReadonlyMap<string, Labels> {
  const blocks = problems.flatMap((problem) => {
    const remedy = problem.next?.remedy;
    if (remedy === undefined) return [];
    return guardsOf(problem).map((guard) => [`${problemKey(problem)}\0${remedy}\0${guard}`, { remedy, guard }] as const);
  });
  return new Map(blocks);
}

/** Counts what happened; a guard counts once each time it begins to hold. */
export function countTidings(counts: Counts, before: readonly ProblemState[], { snapshot, transitions, steps }: Tidings): void {
  for (const { to, from, standing } of transitions) {
    if (to === 'active' && from !== 'clearing') counts.problems.add({ reason: standing.fault.reason });
  }
  for (const { remedy, outcome } of steps) {
    if (remedy !== undefined && outcome !== undefined) counts.remedies.add({ remedy, outcome });
  }
  const held = blocksOf(before);
  for (const [key, labels] of blocksOf(snapshot.problems)) if (!held.has(key)) counts.blocked.add(labels);
}

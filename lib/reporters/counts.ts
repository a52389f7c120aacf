import type { WriteVerdict } from '../kube/judge-write.ts';
import { guardsMet } from '../model/guard-ids.ts';
import type { ActionOutcome } from '../model/incident.ts';
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

function counter(known: () => readonly Labels[]): Counter {
  const series = new Map<string, { readonly labels: Labels; value: number }>();
  const seriesOf = (labels: Labels) => {
    const key = JSON.stringify(Object.entries(labels).toSorted());
    const entry = series.get(key) ?? { labels, value: 0 };
    if (series.size < MOST_SERIES || series.has(key)) series.set(key, entry);
    return entry;
  };
  return {
    add(labels) {
      seriesOf(labels).value += 1;
    },
    samples() {
      for (const labels of known()) seriesOf(labels);
      return [...series.values()];
    },
  };
}

export interface Counts {
  readonly remedies: Counter;
  readonly blocked: Counter;
  readonly writes: Counter;
  readonly problems: Counter;
}

/** The names of a union, all of them: one that is added and not counted from 0 is an error of the types. */
const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>): readonly string[] => Object.keys(names);

const OUTCOMES = namesOf<ActionOutcome>({ succeeded: true, failed: true, 'timed-out': true, refused: true, interrupted: true });
const WRITE_RESULTS = namesOf<WriteVerdict['result'] | 'another-machine'>({
  written: true,
  conflict: true,
  throttled: true,
  forbidden: true,
  refused: true,
  absent: true,
  failed: true,
  'another-machine': true,
});

export interface Known {
  readonly remedies: readonly string[];
  /** Of the catalogue. */
  readonly reasons: readonly string[];
  /** Remedies that are switched on at the moment: nothing holds the others. */
  readonly enabled: () => readonly string[];
}

export function openCounts({ remedies, reasons, enabled }: Known): Counts {
  return {
    remedies: counter(() => remedies.flatMap((remedy) => OUTCOMES.map((outcome) => ({ remedy, outcome })))),
    blocked: counter(() => enabled().flatMap((remedy) => guardsMet(remedy).map((guard) => ({ remedy, guard })))),
    writes: counter(() => WRITE_RESULTS.map((result) => ({ result }))),
    problems: counter(() => reasons.map((reason) => ({ reason }))),
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

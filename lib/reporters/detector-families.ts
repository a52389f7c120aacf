import type { Snapshot } from '../model/snapshot.ts';
import type { Counts } from './counts.ts';
import { gauge, total } from './metric-family.ts';
import { isCertain } from './problem-words.ts';
import type { Family, Sample } from './prometheus.ts';

/** What the log monitors have counted, over restarts too, and what they say of every permanent rule. */
export type LogFigures = () => {
  readonly counters: ReadonlyMap<string, number>;
  readonly gauges: readonly { readonly type: string; readonly reason: string; readonly value: number }[];
};

export interface DetectorOptions {
  readonly counts: Pick<Counts, 'problems'>;
  /** Of the catalogue, by problem type. */
  readonly reasons: Readonly<Record<string, readonly string[]>>;
  /** Absent: no log is followed. */
  readonly figures?: LogFigures;
}

/** A reason that both know: a condition out of a log is a problem as well, and counted once. */
function counted(counts: DetectorOptions['counts'], counters: ReadonlyMap<string, number>): readonly Sample[] {
  const problems = counts.problems.samples().map(({ labels = {}, value }) => {
    return { labels, value: Math.max(value, counters.get(labels.reason ?? '') ?? 0) };
  });
  return [...problems, ...[...counters].map(([reason, value]) => ({ labels: { reason }, value }))];
}

/** This and the next are node-problem-detector's own metrics, for dashboards that know them. */
export function problemCounter({ counts, figures }: DetectorOptions): Family {
  const counters = figures?.().counters ?? new Map<string, number>();
  return total('problem_counter', 'Number of times a specific type of problem have occurred.', counted(counts, counters));
}

export function problemGauge({ problems }: Snapshot, { reasons, figures }: DetectorOptions): Family {
  const gauges = figures?.().gauges ?? [];
  const stands = (type: string, reason: string) =>
    problems.some((problem) => isCertain(problem) && problem.type === type && problem.reason === reason);
  const known = Object.entries(reasons).flatMap(([type, names]) => names.map((reason) => ({ type, reason })));
  const samples = [...known, ...problems.map(({ type, reason }) => ({ type, reason }))].map(({ type, reason }) => ({
    labels: { reason, type },
    value: stands(type, reason) ? 1 : 0,
  }));
  const ofRules = gauges.map(({ type, reason, value }) => ({ labels: { reason, type }, value }));
  return gauge('problem_gauge', 'Whether a specific type of problem is affecting the node or not.', [...samples, ...ofRules]);
}

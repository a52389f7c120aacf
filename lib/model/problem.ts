import type { Advice } from './finding.ts';

/** Notices never change a node's health; warning = Degraded, critical = Critical. */
export type Severity = 'notice' | 'warning' | 'critical';

export interface ReasonDefinition {
  readonly severity: Severity;
  /** What is true when this reason is given. One sentence, no trailing period. */
  readonly description: string;
  /** Ladder of this reason when it differs from its type's: `Type/Reason` in the configuration. */
  readonly ladder?: readonly string[];
  readonly advice?: readonly Advice[];
  /** The subject about which its check must say something for this to be over; absent: its own. */
  readonly clearedBy?: string;
}

/** One entry of the catalogue: the source of `explain`, of the documentation and of what checks may say. */
export interface ProblemDefinition<R extends string = string> {
  /** Node condition type; True = problem. */
  readonly type: string;
  /** Sentence fragment for a headline: "the container runtime does not answer". */
  readonly title: string;
  /** What it means for the node and its pods. */
  readonly meaning: string;
  /** How it is detected, with the numbers. */
  readonly detection: string;
  /** How a person would repair it, in order; the default advice of every reason. */
  readonly advice: readonly Advice[];
  /** Configuration keys that matter. */
  readonly settings: readonly string[];
  /** Remedy ids in the order they are tried; empty: advice only. */
  readonly ladder: readonly string[];
  readonly reasons: Readonly<Record<R, ReasonDefinition>>;
}

export function defineProblem<const R extends string>(problem: ProblemDefinition<R>): ProblemDefinition<R> {
  return problem;
}

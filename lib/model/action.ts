import type { Disruption, Step } from './remedy.ts';
import type { Duration, Instant } from './units.ts';

/** One remedy against one problem, from intent to outcome. */
export interface Action {
  /** Unique, sorts by time, and is a file name: `20261121T111530Z-restart-runtime-1`. */
  readonly id: string;
  readonly remedy: string;
  readonly disruption: Disruption;
  /** Type and subject of the problem. */
  readonly problem: string;
  readonly reason: string;
}

export interface StepResult {
  readonly step: Step;
  readonly took: Duration;
  /** Sentence fragment: `docker.service did not end within 3s and was killed; active again as process 812`. */
  readonly what: string;
}

/**
 * How the steps went. `done` is not success: the check that found the problem says that. `refused`: nothing was touched.
 * `interrupted`: the agent was told to stop between two steps.
 */
export interface Outcome {
  readonly kind: 'done' | 'refused' | 'failed' | 'timed-out' | 'interrupted';
  /** Sentence fragment; empty when done. */
  readonly why: string;
  readonly steps: readonly StepResult[];
}

/** What goes to the ledger: the intent before anything is touched, the outcome after. */
export type ActionEntry =
  | { readonly kind: 'intent'; readonly at: Instant; readonly action: Action; readonly steps: readonly Step[] }
  | { readonly kind: 'outcome'; readonly at: Instant; readonly action: Action; readonly outcome: Outcome };

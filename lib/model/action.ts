import type { Step } from './remedy.ts';
import type { Duration } from './units.ts';

export interface StepResult {
  readonly step: Step;
  readonly took: Duration;
  /** Sentence: `docker.service did not end within 3s and was killed; active again as process 812`. */
  readonly what: string;
}

/**
 * How the steps of a plan went. `done` is not success: only the check that found the problem can say that. `refused`:
 * nothing was touched. `interrupted`: the agent was told to end, and did before the next step. `begun`: it goes on beyond this
 * agent, and the next one says how it ended.
 */
export interface Execution {
  readonly kind: 'done' | 'refused' | 'failed' | 'timed-out' | 'interrupted' | 'begun';
  /** Sentence fragment; of `done`, what was done. */
  readonly why: string;
  readonly steps: readonly StepResult[];
  /** Of `interrupted`: held before the first step, which is no attempt. */
  readonly untouched?: true;
}

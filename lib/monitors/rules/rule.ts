import type { Advice } from '../../model/finding.ts';
import type { Severity } from '../../model/problem.ts';
import type { Duration } from '../../model/units.ts';
import type { Recheck } from '../conditions/claim.ts';
import type { DeclaredCondition } from '../conditions/declared.ts';

/** One thing a log says. `(?P<subject>…)` in a pattern is the device, mount or task it is about. */
export interface DefaultRule {
  readonly reason: string;
  /** Absent: an event each time. */
  readonly condition?: string;
  readonly severity: Severity;
  /** Found anywhere in a line, in Go's syntax. */
  readonly pattern: string;
  /** Which versions print it so. */
  readonly wording: string;
  /** A line that ends the condition. */
  readonly revert?: string;
  /** What the node can be asked about the subject. */
  readonly recheck?: Recheck;
  /** How long it stands after its last line if nothing else tells; absent: 30m. */
  readonly quietPeriod?: Duration;
  readonly advice: readonly Advice[];
}

/** Rules on the lines of one log. */
export interface DefaultMonitor {
  readonly id: string;
  /** Event source component: node-problem-detector's word where it has one. */
  readonly source: string;
  readonly log: { readonly plugin: 'kmsg' } | { readonly plugin: 'journald'; readonly identifier: string };
  readonly conditions: readonly DeclaredCondition[];
  readonly rules: readonly DefaultRule[];
}

export const HOUR: Duration = 3_600_000;

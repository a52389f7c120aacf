import type { Clock } from '../lib/host/host.ts';
import type { Gatherer } from './gather.ts';
import { type CheckResult, judge } from './round.ts';
import type { ScheduledCheck } from './watch.ts';

export interface LookParts {
  readonly clock: Clock;
  readonly gathered: Gatherer;
  readonly onResult: (result: CheckResult) => void;
}

/** Runs a check now, beside its own clock: a person asked, and its next turn may be minutes away. */
export async function lookNow(scheduled: ScheduledCheck | undefined, { clock, gathered, onResult }: LookParts): Promise<void> {
  if (scheduled === undefined) return;
  const started = clock.monotonic();
  const findings = await judge(scheduled, gathered, clock.now());
  onResult({ check: scheduled.check, findings, took: clock.monotonic() - started });
}

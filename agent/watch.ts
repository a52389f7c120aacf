import type { HostView } from '../lib/host/host.ts';
import type { Finding } from '../lib/model/finding.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import type { Gatherer } from './gather.ts';
import { type CheckResult, judge, needsAnotherLook, type SelectedCheck } from './round.ts';

export interface ScheduledCheck extends SelectedCheck {
  readonly interval: Duration;
}

export interface WatchOptions {
  readonly host: Pick<HostView, 'clock'>;
  readonly gathered: Gatherer;
  readonly signal: AbortSignal;
  /** Uniform in 0..1; spreads the checks of one node, and the nodes of a fleet. */
  readonly random: () => number;
  readonly onResult: (result: CheckResult) => void;
}

/** A fault is looked at again soon: it decides when to act, and when all is well again. */
const WHEN_TROUBLED = seconds(1);
const JITTER = 0.1;

/** Until the next look: the interval with jitter, less what this look took; soon after trouble. */
function pauseAfter(interval: Duration, took: Duration, findings: readonly Finding[], random: number): Duration {
  if (needsAnotherLook(findings)) return Math.min(interval, WHEN_TROUBLED);
  const jittered = interval * (1 - JITTER + 2 * JITTER * random);
  return Math.max(WHEN_TROUBLED, jittered - took);
}

async function keepChecking(
  scheduled: ScheduledCheck,
  { host, gathered, signal, random, onResult }: WatchOptions,
): Promise<void> {
  const { clock } = host;
  while (!signal.aborted) {
    const started = clock.monotonic();
    const findings = await judge(scheduled, gathered, clock.now());
    const took = clock.monotonic() - started;
    if (signal.aborted) return;
    onResult({ check: scheduled.check, findings, took });
    await clock.sleep(pauseAfter(scheduled.interval, took, findings, random()), signal).catch(() => undefined);
  }
}

/** Every check on its own clock, so that one that hangs delays no other; none overlaps itself. Ends when the signal is aborted. */
export async function watch(checks: readonly ScheduledCheck[], options: WatchOptions): Promise<void> {
  await Promise.all(checks.map((scheduled) => keepChecking(scheduled, options)));
}

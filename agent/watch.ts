import type { HostView } from '../lib/host/host.ts';
import { type Duration, minutes, seconds } from '../lib/model/units.ts';
import { onBeat } from './beat.ts';
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
  /** Whether something that this check found has yet to prove that it is gone. */
  readonly isClearing?: (check: string) => boolean;
}

/** A fault is looked at again soon: it decides when to act, and when all is well again. One that stays is no news any more. */
const WHEN_TROUBLED: readonly (readonly [from: Duration, pause: Duration])[] = [
  [minutes(10), seconds(30)],
  [minutes(1), seconds(5)],
  [0, seconds(1)],
];
const WHEN_CLEARING = seconds(5);
const LEAST = seconds(1);
const JITTER = 0.1;

/** How a check's last look ended. */
interface Look {
  readonly took: Duration;
  /** How long there has been trouble; undefined: there is none. */
  readonly troubledFor: Duration | undefined;
  readonly isClearing: boolean;
}

/** Until the next look: the interval with jitter, less what this look took; sooner in trouble and after it. */
export function pauseAfter({ check, interval }: ScheduledCheck, look: Look, random: number): Duration {
  const { took, troubledFor, isClearing } = look;
  if (troubledFor !== undefined) {
    const [, soon] = WHEN_TROUBLED.find(([from]) => troubledFor >= from) ?? [0, LEAST];
    return Math.min(interval, Math.max(soon, check.lookAgain ?? 0));
  }
  const jittered = Math.max(LEAST, interval * (1 - JITTER + 2 * JITTER * random) - took);
  return isClearing ? Math.min(jittered, check.lookAgain ?? WHEN_CLEARING) : jittered;
}

async function keepChecking(scheduled: ScheduledCheck, options: WatchOptions): Promise<void> {
  const { host, gathered, signal, random, onResult, isClearing = () => false } = options;
  const { clock } = host;
  let troubledSince: Duration | undefined;
  while (!signal.aborted) {
    const started = clock.monotonic();
    const findings = await judge(scheduled, gathered, clock.now());
    const now = clock.monotonic();
    if (signal.aborted) return;
    onResult({ check: scheduled.check, findings, took: now - started });
    troubledSince = needsAnotherLook(findings) ? (troubledSince ?? started) : undefined;
    const look = {
      took: now - started,
      troubledFor: troubledSince === undefined ? undefined : now - troubledSince,
      isClearing: isClearing(scheduled.check.id),
    };
    const pause = pauseAfter(scheduled, look, random());
    const most = scheduled.interval * (1 + JITTER);
    await clock.sleep(onBeat(pause, clock.monotonic(), most), signal).catch(() => undefined);
  }
}

/** Every check on its own clock, so that one that hangs delays no other; none overlaps itself. Ends when the signal is aborted. */
export async function watch(checks: readonly ScheduledCheck[], options: WatchOptions): Promise<void> {
  await Promise.all(checks.map((scheduled) => keepChecking(scheduled, options)));
}

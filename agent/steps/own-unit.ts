import type { HostControl } from '../../lib/host/host-control.ts';
import type { Duration } from '../../lib/model/units.ts';
import { lookAtOne } from './look.ts';
import { failed, type StepContext, type StepOutcome, stopAt } from './step.ts';

/** Between the end of the unit and what its program wrote: it writes first. */
const ENDED_LOOKS = 2;

export interface OwnUnit {
  readonly unit: string;
  readonly within: Duration;
  readonly every: Duration;
  /** What the program has said by now: how it ended, or that it goes on; undefined: nothing. */
  hear(): Promise<StepOutcome | 'going-on' | undefined>;
  /** When this agent is told to end: the program goes on. */
  readonly interrupted: StepOutcome;
  readonly late: StepOutcome;
}

/** In a unit that outlives this agent; an outcome: it was not begun. */
export async function beginProgram(
  unit: string,
  argv: readonly [string, ...string[]],
  { control }: { readonly control: HostControl },
): Promise<StepOutcome | undefined> {
  // A run that failed is kept by systemd before 236 until it is forgotten; one that is not there is no trouble.
  await control.control({ kind: 'unit', verb: 'reset-failed', unit });
  return stopAt(await control.control({ kind: 'begin-program', unit, argv }), unit);
}

/** Until the program has said how it ended, has ended without a word, this agent is told to end, or the time is over. */
export async function awaitProgram(
  { unit, within, every, hear, interrupted, late }: OwnUnit,
  { host, signal }: Pick<StepContext, 'host' | 'signal'>,
): Promise<StepOutcome> {
  const began = host.clock.monotonic();
  let endedLooks = 0;
  while (host.clock.monotonic() - began < within) {
    const heard = await hear();
    if (heard !== undefined && heard !== 'going-on') return heard;
    if (signal.aborted) return interrupted;
    // PID 1 gives no answer while it is executed anew.
    const now = heard === undefined ? await lookAtOne(host, unit) : undefined;
    const hasEnded = now !== undefined && now.activeState !== 'active' && now.activeState !== 'activating';
    endedLooks = hasEnded ? endedLooks + 1 : 0;
    if (endedLooks > ENDED_LOOKS) return failed(`${unit} ended without a word; see journalctl -u ${unit}`);
    await host.clock.sleep(every, signal).catch(() => undefined);
  }
  return late;
}

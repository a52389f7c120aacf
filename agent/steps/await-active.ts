import { formatDuration } from '../../lib/model/quantity.ts';
import type { Duration } from '../../lib/model/units.ts';
import { describe, lookAtOne, type UnitNow } from './look.ts';
import { done, failed, type StepContext, type StepOutcome, until } from './step.ts';

export interface Awaited {
  readonly unit: string;
  /** Its main process before: the same one is no new run. */
  readonly before: number;
  readonly within: Duration;
}

/** A unit that is dead with nothing queued for it stays dead; systemd's own retry is `activating (auto-restart)`. */
const isOver = ({ activeState, hasJob }: UnitNow) => !hasJob && (activeState === 'failed' || activeState === 'inactive');

/** Waits until the unit runs anew, has failed, or the time is up. Told to end, it does not wait: the job is systemd's. */
export async function awaitActive(context: StepContext, { unit, before, within }: Awaited): Promise<StepOutcome> {
  let last: UnitNow | undefined;
  let over = 0;
  const outcome = await until<StepOutcome>(context, within, async () => {
    if (context.signal.aborted) return { kind: 'interrupted', why: `${unit} was not waited for: the agent was told to end` };
    last = (await lookAtOne(context.host, unit)) ?? last;
    if (last === undefined) return undefined;
    if (last.activeState === 'active' && !last.hasJob && (last.mainPid !== before || before === 0)) {
      return done(`${unit} is active${last.mainPid === 0 ? '' : ` as process ${last.mainPid}`}`);
    }
    // Twice: the first look may fall between the request and its job.
    over = isOver(last) ? over + 1 : 0;
    return over >= 2 ? failed(`${describe(last)} after the start`) : undefined;
  });
  const state = last === undefined ? 'systemd did not say what became of it' : describe(last);
  return outcome ?? { kind: 'timed-out', why: `${unit} was not active within ${formatDuration(within)}: ${state}` };
}

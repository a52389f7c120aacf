import { awaitActive } from './await-active.ts';
import { describe, isMoving, lookAtOne } from './look.ts';
import { refused, type StepContext, type StepOf, type StepOutcome, stopAt } from './step.ts';

export async function startUnit(step: StepOf<'start-unit'>, context: StepContext): Promise<StepOutcome> {
  const { unit, clear, within } = step;
  const now = await lookAtOne(context.host, unit);
  if (now === undefined) return refused(`systemd does not answer for ${unit}`);
  if (now.loadState !== 'loaded') return refused(`${unit} is ${now.loadState} by now`);
  if (isMoving(now) || now.activeState === 'active') return refused(`${describe(now)} by now`);

  for (const id of clear) {
    const cleared = stopAt(await context.control.control({ kind: 'unit', verb: 'reset-failed', unit: id }), `reset-failed ${id}`);
    // A socket that is not loaded has no failure to forget.
    if (cleared !== undefined && id === unit) return cleared;
  }
  const sent = stopAt(await context.control.control({ kind: 'unit', verb: 'start', unit }), `start of ${unit}`);
  return sent ?? (await awaitActive(context, { unit, before: 0, within }));
}

import { refused, type StepContext, type StepOf, type StepOutcome } from './step.ts';

/** Only begun: what moves work is agent/drain-remedy, in a unit that outlives this agent. */
export async function moveWorkStep(step: StepOf<'move-work'>, { moveWork }: StepContext): Promise<StepOutcome> {
  if (moveWork === undefined) return refused('only a running agent does it, because it has to say whether it is still needed');
  return await moveWork(step);
}

import type { MoveVerb } from '../../model/move-work.ts';
import type { Plan, PlanContext, Refusal } from '../../model/remedy.ts';
import { refuse } from './restart-unit.ts';

/** A program of its own does it, and says itself how it ended: no check could tell whether pods have left. */
export function moveWork(verb: MoveVerb, { move }: PlanContext): Plan | Refusal {
  if (move === undefined) return refuse('the cluster was not asked');
  if (move.kind === 'no') return refuse(move.why);
  return { kind: 'plan', steps: [{ do: 'move-work', verb }], delay: 0, settle: 0 };
}

import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { moveWork } from './steps/move-work.ts';

const plan = (context: PlanContext): Plan | Refusal => moveWork('uncordon', context);

/** In no ladder: what follows when the problem is over for which the agent cordoned its node. */
export const uncordon: Remedy = {
  id: 'uncordon',
  title: 'let pods come back once the problem is over, where the cordon is the agent’s own',
  disruption: 'none',
  enabledByDefault: true,
  plan,
};

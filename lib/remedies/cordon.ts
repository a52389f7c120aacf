import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { moveWork } from './steps/move-work.ts';

const plan = (context: PlanContext): Plan | Refusal => moveWork('cordon', context);

export const cordon: Remedy = {
  id: 'cordon',
  title: 'keep new pods away from the node',
  disruption: 'workload',
  enabledByDefault: false,
  // The operator named the condition; any other notice stays one.
  forNotices: ['DrainConditionMet'],
  again: true,
  plan,
};

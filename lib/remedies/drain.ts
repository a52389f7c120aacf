import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { moveWork } from './steps/move-work.ts';

const plan = (context: PlanContext): Plan | Refusal => moveWork('drain', context);

export const drain: Remedy = {
  id: 'drain',
  title: 'cordon the node and move its pods to others',
  disruption: 'workload',
  enabledByDefault: false,
  // The operator named the condition; any other notice stays one.
  forNotices: ['DrainConditionMet'],
  again: true,
  plan,
};

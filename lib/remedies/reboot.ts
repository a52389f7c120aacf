import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { refuse } from './steps/restart-unit.ts';

/** Never anything but the drained host: the guard `not-drained` stands before it, and the step looks at the host itself. */
function plan({ reboot }: PlanContext): Plan | Refusal {
  if (reboot === undefined) return refuse('how this host is to be rebooted is not configured');
  const { within, validation } = reboot;
  const step = { do: 'reboot', settings: reboot, within } as const;
  // Its outcome is written by the agent of the next boot, when that has validated.
  return { kind: 'plan', steps: [step], delay: 0, settle: validation.within };
}

export const reboot: Remedy = {
  id: 'reboot',
  title: 'reboot the drained host',
  disruption: 'node',
  enabledByDefault: false,
  plan,
};

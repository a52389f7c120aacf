import { RECLAIM_STEPS } from '../model/reclaim.ts';
import type { Plan, PlanContext, Refusal, Remedy, Step } from '../model/remedy.ts';
import { seconds } from '../model/units.ts';
import { refuse } from './steps/restart-unit.ts';

/** Long enough for docker to unlink a large image; five steps together stay below the time in which an eviction ends. */
const WITHIN = seconds(90);
/** Its check looks every 10 s. */
const SETTLE = seconds(30);

function plan({ reclaim, filesystems = [], fault }: PlanContext): Plan | Refusal {
  const enabled = RECLAIM_STEPS.filter((step) => reclaim?.[step].enabled === true);
  if (reclaim === undefined || enabled.length === 0)
    return refuse('none of its steps is switched on (remedies.reclaim-disk.steps)');
  if (filesystems.length === 0) return refuse(`${fault.subject ?? fault.type} is about no filesystem that is short of anything`);
  const [first, ...rest] = filesystems.flatMap(({ filesystem, until }) =>
    enabled.map((what): Step => ({ do: 'reclaim', what, filesystem, until, settings: reclaim, within: WITHIN })),
  );
  if (first === undefined) return refuse('no step is left');
  return { kind: 'plan', steps: [first, ...rest], delay: 0, settle: SETTLE };
}

export const reclaimDisk: Remedy = {
  id: 'reclaim-disk',
  title: 'free disk space and inodes in measured steps',
  disruption: 'local',
  enabledByDefault: false,
  plan,
};

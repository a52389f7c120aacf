import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { minutes, seconds } from '../model/units.ts';
import { refuse } from './steps/restart-unit.ts';

/** A runc call takes a second; one this old waits for an answer that the old PID 1 will not give. */
const OLD = minutes(10);
/** Lists, download and installation over a slow line. */
const WITHIN = minutes(45);
const SETTLE = seconds(60);

/** Never anything but the drained host: the guard `not-drained` stands before it, and looks right before. */
function plan({ fault, packages }: PlanContext): Plan | Refusal {
  if (fault.type !== 'SystemdOutdated') return refuse(`${fault.type} is not about the version of systemd`);
  if (packages === undefined) return refuse('which package manager this host has is not known');
  if (packages.kind === 'none') return refuse(packages.why);
  const step = { do: 'upgrade-systemd', tool: packages.tool, olderThan: OLD, within: WITHIN } as const;
  return { kind: 'plan', steps: [step], delay: 0, settle: SETTLE };
}

export const upgradeSystemd: Remedy = {
  id: 'upgrade-systemd',
  title: 'upgrade systemd on the drained host',
  disruption: 'node',
  enabledByDefault: false,
  forNotices: true,
  plan,
};

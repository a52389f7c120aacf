import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { minutes, seconds } from '../model/units.ts';
import { refuse } from './steps/restart-unit.ts';

/** The change, the kubelet's restart, its proof, and the way back if one of them fails. */
const WITHIN = minutes(10);
/** Its check looks every 10 s, and reads the thresholds of a kubelet that has just started. */
const SETTLE = seconds(60);

function plan({ threshold, kubelet, fault }: PlanContext): Plan | Refusal {
  if (threshold === undefined) return refuse(`${fault.subject ?? fault.type} is no signal whose threshold could be lowered`);
  if (threshold.kind === 'no') return refuse(`${threshold.signal}: ${threshold.why}`);
  if (kubelet?.layout !== 'systemd' || kubelet.unit === undefined)
    return refuse('the kubelet has no systemd unit of its own here');
  const { signal, text } = threshold;
  const step = { do: 'set-eviction', unit: kubelet.unit.id, signal, threshold: text, within: WITHIN } as const;
  return { kind: 'plan', steps: [step], delay: 0, settle: SETTLE };
}

export const setEvictionHard: Remedy = {
  id: 'set-eviction-hard',
  title: 'lower the hard eviction threshold, by no more than it must and never below the floor',
  disruption: 'local',
  enabledByDefault: false,
  plan,
};

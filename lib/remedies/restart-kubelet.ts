import type { Plan, PlanContext, Refusal, Remedy, TargetKubelet } from '../model/remedy.ts';
import { seconds } from '../model/units.ts';
import { jitter } from './steps/jitter.ts';
import { bringBack, isRefusal, refuse } from './steps/restart-unit.ts';

const SPREAD = seconds(30);
/** A kubelet that serves its health endpoint within this time is a healthy start on a slow disk. */
const SETTLE = seconds(60);

function whyNotOurs({ layout }: TargetKubelet): string | undefined {
  if (layout === 'systemd') return undefined;
  if (layout === 'container') return 'the kubelet runs in a container, and a restart of that is its runtime’s';
  return `the kubelet runs inside ${layout}: a restart of that unit would restart more than the kubelet`;
}

/** Nothing of a kubelet that is dead, stopped or gives no answer at all is lost by a restart. */
function isDisturbed({ frozen, unit }: TargetKubelet, reason: string): boolean {
  return !frozen && unit?.activeState === 'active' && reason !== 'KubeletHung';
}

function plan(context: PlanContext): Plan | Refusal {
  const { kubelet, fault, node } = context;
  if (kubelet === undefined) return refuse('there is no kubelet on this host');
  const why = whyNotOurs(kubelet);
  if (why !== undefined) return refuse(why);
  if (kubelet.unit === undefined) return refuse('the kubelet belongs to no systemd unit, or systemd does not answer');
  const step = bringBack(kubelet.unit, context, seconds(30));
  if (isRefusal(step)) return step;
  // Kubelets before 1.35 mark containers with readiness probes unready until their next probe.
  const delay = isDisturbed(kubelet, fault.reason) ? jitter(node, SPREAD) : 0;
  return { kind: 'plan', steps: [step], delay, settle: SETTLE };
}

export const restartKubelet: Remedy = {
  id: 'restart-kubelet',
  title: 'restart the kubelet',
  disruption: 'local',
  enabledByDefault: true,
  plan,
};

import type { Plan, PlanContext, Refusal, Remedy, Step, TargetContainer } from '../model/remedy.ts';
import { type Duration, ms, seconds } from '../model/units.ts';
import { refuse } from './steps/restart-unit.ts';

const WITHIN = seconds(5);

const endShim = ({ shim, holds, id }: TargetContainer): Step => ({
  do: 'end-process',
  process: shim,
  argument: holds,
  what: holds === id ? `the shim of container ${id.slice(0, 12)}` : `the shim of the pod of container ${id.slice(0, 12)}`,
  within: WITHIN,
});

const endGroups = ({ groups }: TargetContainer, patience: Duration): Step[] =>
  groups.map(({ container, group }) => ({ do: 'end-group', group, container, patience, within: WITHIN }));

/**
 * Under docker the shim holds one container, and containerd ends what it held. Under CRI it holds the pod: its processes go
 * first, because a shim that is gone can no longer be made to end them, and would leave them beside their replacements.
 */
function stepsFor(container: TargetContainer): readonly [Step, ...Step[]] {
  const shim = endShim(container);
  if (container.holds === container.id) return [shim, ...endGroups(container, seconds(2))];
  const [first, ...rest] = [...endGroups(container, ms(0)), shim];
  return first === undefined ? [shim] : [first, ...rest];
}

function plan({ container, fault }: PlanContext): Plan | Refusal {
  if (fault.reason !== 'ContainerHung') return refuse(`${fault.reason} is not about one container`);
  if (container === undefined) return refuse(`the process that holds ${fault.subject ?? 'the container'} was not found`);
  return { kind: 'plan', steps: stepsFor(container), delay: 0, settle: seconds(60) };
}

export const endStuckShim: Remedy = {
  id: 'end-stuck-shim',
  title: 'end the one stuck container',
  disruption: 'workload',
  enabledByDefault: false,
  plan,
};

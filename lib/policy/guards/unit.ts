import { DISRUPTION_RANK } from '../../model/disruption.ts';
import type { GuardedAction, GuardFacts, Hold, UnitLife } from '../../model/guard.ts';
import { formatDuration } from '../../model/quantity.ts';
import { minutes } from '../../model/units.ts';

const SETTLED_AFTER = minutes(2);

const unitOf = ({ units }: GuardFacts, { unit }: GuardedAction): UnitLife | undefined =>
  unit === undefined ? undefined : units?.[unit];

export function unitStarting(facts: GuardFacts, action: GuardedAction): Hold | undefined {
  const unit = unitOf(facts, action);
  if (unit === undefined) return undefined;
  const { id, activeState, subState, startedAgo, activeAgo } = unit;
  if (activeState.endsWith('activating') || activeState === 'reloading') {
    return { id: 'starting', why: `${id} is ${activeState} (${subState})` };
  }
  // By InactiveExit first: between two automatic restarts ActiveEnter is that of the one before.
  const ages = [startedAgo, activeAgo].filter((age) => age !== undefined);
  const age = Math.min(...ages);
  if (activeState !== 'active' || ages.length === 0 || age >= SETTLED_AFTER) return undefined;
  return { id: 'starting', why: `${id} was started ${formatDuration(age)} ago` };
}

/** Whether the unit was taken for sick; set-eviction-hard restarts a healthy kubelet for a disk that was measured. */
export const isCure = ({ remedy }: GuardedAction): boolean => remedy !== 'set-eviction-hard';

/** What never worked in this run is not cured by another one of the same; it may just need longer to start. */
export function neverHealthy(facts: GuardFacts, action: GuardedAction): Hold | undefined {
  const unit = unitOf(facts, action);
  const { healthyIn } = facts;
  if (!isCure(action) || healthyIn === undefined || unit?.invocation === undefined || unit.activeState !== 'active')
    return undefined;
  if (healthyIn[unit.id] === unit.invocation) return undefined;
  return { id: 'never-healthy', why: `the probe has not passed since ${unit.id} was started` };
}

/** What a restart would apply besides itself. */
export function pendingFor({ pending = [] }: GuardFacts, { unit }: Pick<GuardedAction, 'unit'>): readonly string[] {
  return pending.filter((change) => change.unit === unit).map(({ what }) => what);
}

export function pendingChange(facts: GuardFacts, action: GuardedAction): Hold | undefined {
  const changes = pendingFor(facts, action);
  if (changes.length === 0 || DISRUPTION_RANK[action.allowed] >= DISRUPTION_RANK.node) return undefined;
  return { id: 'pending-change', why: `a restart would apply what no run has tried: ${changes.join('; ')}` };
}

/** It does not run, and nobody is starting it. */
export const isDead = ({ activeState }: Pick<UnitLife, 'activeState'>): boolean =>
  activeState === 'inactive' || activeState === 'failed';

/** Who stops a unit, disables or masks it has a reason that we do not know. */
export function humanStop(facts: GuardFacts, action: GuardedAction): Hold | undefined {
  const unit = unitOf(facts, action);
  if (unit === undefined || unit.activeState !== 'inactive') return undefined;
  const { id, loadState, unitFileState, result } = unit;
  if (loadState === 'masked' || unitFileState.startsWith('masked')) return { id: 'human', why: `${id} is masked` };
  if (result !== 'success' && result !== '') return undefined;
  return { id: 'human', why: unitFileState === 'disabled' ? `${id} is disabled` : `${id} was stopped cleanly` };
}

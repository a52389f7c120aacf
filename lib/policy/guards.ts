import type { GuardedAction, GuardFacts, Hold } from '../model/guard.ts';
import { layout, uninterruptible } from './guards/daemon.ts';
import { hostStarting, noLedger, packages, paused, pressure } from './guards/host.ts';
import { controlPlane, humanCordon, notDrained, observing, otherRepairer, wrongNode } from './guards/others.ts';
import { humanStop, neverHealthy, pendingChange, unitStarting } from './guards/unit.ts';
import { outsideWindows } from './guards/window.ts';

type Guard = (facts: GuardFacts, action: GuardedAction) => Hold | undefined;

/** In the order in which a person would want to read them. */
const GUARDS: readonly Guard[] = [
  paused,
  observing,
  wrongNode,
  layout,
  humanStop,
  humanCordon,
  otherRepairer,
  packages,
  hostStarting,
  unitStarting,
  neverHealthy,
  pendingChange,
  uninterruptible,
  pressure,
  outsideWindows,
  controlPlane,
  notDrained,
  noLedger,
];

/** Everything that holds this remedy now, each guard once. The agent adds those of its budgets and of the fleet. */
export function holdsOf(facts: GuardFacts, action: GuardedAction): readonly Hold[] {
  const holds = GUARDS.flatMap((guard) => guard(facts, action) ?? []);
  return holds.filter(({ id }, at) => holds.findIndex((hold) => hold.id === id) === at);
}

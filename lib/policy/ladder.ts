import type { Fault } from '../model/finding.ts';
import type { ProblemDefinition } from '../model/problem.ts';

/** A runtime that hangs for want of disk, PIDs or a mount is never cured by a restart; only making room helps. */
const WHEN_EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  EvictionThresholdMet: ['reclaim-disk'],
};

/** Ladders the operator set, keyed `Type` or `Type/Reason`. */
export type LadderOverrides = Readonly<Record<string, readonly string[]>>;

/** Remedies for a fault, first rung first. A symptom has none of its own: its cause is repaired. */
export function ladderOf(
  fault: Fault,
  cause: Fault | undefined,
  problems: readonly ProblemDefinition[],
  overrides: LadderOverrides = {},
): readonly string[] {
  if (fault.untrusted !== undefined) return [];
  if (fault.severity === 'notice' && fault.type === 'ContainerRuntimeUnhealthy') return [];
  if (cause !== undefined) return WHEN_EXPLAINED[cause.type] ?? [];
  const override = overrides[`${fault.type}/${fault.reason}`] ?? overrides[fault.type];
  if (override !== undefined) return override;
  const problem = problems.find(({ type }) => type === fault.type);
  return problem?.reasons[fault.reason]?.ladder ?? problem?.ladder ?? [];
}

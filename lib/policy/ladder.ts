import type { Fault } from '../model/finding.ts';
import type { ProblemDefinition } from '../model/problem.ts';

/** A runtime that hangs for want of disk, PIDs or a mount is never cured by a restart; only making room helps. */
const WHEN_EXPLAINED: Readonly<Record<string, readonly string[]>> = {
  EvictionThresholdMet: ['reclaim-disk'],
};

/** Ladders the operator set, keyed `Type` or `Type/Reason`. */
export type LadderOverrides = Readonly<Record<string, readonly string[]>>;

type Kind = Pick<Fault, 'type' | 'reason'>;

const builtIn = ({ type, reason }: Kind, problems: readonly ProblemDefinition[]): readonly string[] => {
  const problem = problems.find((one) => one.type === type);
  return problem?.reasons[reason]?.ladder ?? problem?.ladder ?? [];
};

const configured = ({ type, reason }: Kind, overrides: LadderOverrides) => overrides[`${type}/${reason}`] ?? overrides[type];

/**
 * Whether it is a trouble that the others should know of. What nothing on a node could cure does not make a fleet sick: certificates
 * of one age expire together. A hung runtime does, also where the operator repairs it by hand.
 */
export const hasLadder = (kind: Kind, problems: readonly ProblemDefinition[], overrides: LadderOverrides = {}): boolean =>
  builtIn(kind, problems).length > 0 || (configured(kind, overrides) ?? []).length > 0;

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
  return configured(fault, overrides) ?? builtIn(fault, problems);
}

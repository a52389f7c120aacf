import type { Fault } from '../../model/finding.ts';
import type { PlanContext, TargetRuntime, TargetUnit } from '../../model/remedy.ts';

const NAMED: readonly (readonly [RegExp, TargetRuntime['name']])[] = [
  [/^Docker/, 'docker'],
  [/^CriDockerd/, 'cri-dockerd'],
  [/^Containerd/, 'containerd'],
  [/^Crio/, 'cri-o'],
];

/**
 * The daemon to restart for a fault: the one it names; otherwise docker wherever the kubelet's containers are docker's –
 * behind cri-dockerd too, which only translates – and else the one the kubelet talks to.
 */
export function runtimeFor(fault: Pick<Fault, 'reason'>, runtimes: readonly TargetRuntime[]): TargetRuntime | undefined {
  const used = runtimes.filter(({ role }) => role !== 'unused');
  const named = NAMED.find(([pattern]) => pattern.test(fault.reason))?.[1];
  if (named !== undefined) return used.find(({ name }) => name === named);
  return used.find(({ name }) => name === 'docker') ?? used[0];
}

/** Its unit: the fault's own subject where that is one of its units. */
export function runtimeUnit(
  fault: Pick<Fault, 'subject'>,
  runtime: TargetRuntime,
  units: PlanContext['units'],
): TargetUnit | undefined {
  const installed = runtime.units.flatMap((id) => units?.[id] ?? []).filter(({ loadState }) => loadState !== 'not-found');
  return (
    installed.find(({ id }) => id === fault.subject) ??
    installed.find(({ activeState }) => activeState === 'active') ??
    installed[0]
  );
}

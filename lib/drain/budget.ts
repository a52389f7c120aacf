import { type Budget, isReady, type Pod } from './objects.ts';
import { isEmptySelector, selects } from './selector.ts';

export type PolicyVersion = 'v1' | 'v1beta1';

/** The budgets that count this pod. An empty selector is everything in policy/v1, and nothing in v1beta1. */
export function budgetsOf(pod: Pod, budgets: readonly Budget[], version: PolicyVersion): readonly Budget[] {
  return budgets.filter(({ metadata, spec }) => {
    const { selector } = spec ?? {};
    if (metadata.namespace !== pod.metadata.namespace || selector === undefined || selector === null) return false;
    if (isEmptySelector(selector)) return version === 'v1';
    return selects(selector, pod.metadata.labels ?? {});
  });
}

function wanted({ spec }: Budget): string {
  if (spec?.maxUnavailable !== undefined) return `maxUnavailable ${spec.maxUnavailable}`;
  return spec?.minAvailable === undefined ? 'no limit' : `minAvailable ${spec.minAvailable}`;
}

/** Every pod that it counts must be up: waiting does not help. */
function neverAllows({ status }: Budget): boolean {
  const { desiredHealthy = 0, expectedPods = 0 } = status ?? {};
  return expectedPods > 0 && desiredHealthy >= expectedPods;
}

/** Name, numbers and what would let the pod go. */
export function describeBudget(budget: Budget, pod: Pod): string {
  const { metadata, spec, status = {} } = budget;
  const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, expectedPods = 0 } = status;
  const numbers = `PodDisruptionBudget ${metadata.name} (${wanted(budget)}) needs ${desiredHealthy} healthy pods and has ${currentHealthy} of ${expectedPods}, ${disruptionsAllowed} may be disrupted`;
  if (disruptionsAllowed > 0) return numbers;
  if (neverAllows(budget)) {
    return `${numbers}; it never allows any disruption: scale the workload up by one or change the budget`;
  }
  if (!isReady(pod) && spec?.unhealthyPodEvictionPolicy !== 'AlwaysAllow') {
    return `${numbers}; the pod itself is not ready, unhealthyPodEvictionPolicy: AlwaysAllow would let it go`;
  }
  return numbers;
}

/** Why an eviction is put off, for a person. */
export function whyLater(pod: Pod, budgets: readonly Budget[]): string {
  if (budgets.length === 0) return 'no PodDisruptionBudget selects it: the API server itself is busy';
  return budgets.map((budget) => describeBudget(budget, pod)).join('; ');
}

/** The API server answers 500 for these, for ever. */
export function overlap(budgets: readonly Budget[]): string {
  const names = budgets.map(({ metadata }) => metadata.name).join(', ');
  return `more than one PodDisruptionBudget selects it (${names}), and no API server evicts such a pod: change a selector so that one is left`;
}

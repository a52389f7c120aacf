import { isFinished, isReady, isTerminating, type Pod } from '../objects.ts';

/** A pod that counts for its controller: one that is terminating or has ended is replaced already. */
export const isActive = (pod: Pod): boolean => !isTerminating(pod) && !isFinished(pod);

/** Ready for as long as its workload demands. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!isActive(pod) || !isReady(pod)) return false;
  if (minReadySeconds <= 0) return true;
  const since = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  return since !== undefined && now - Date.parse(since) >= minReadySeconds * 1000;
}

/** Why a pod that should be ready is not, in the words of scheduler and kubelet. */
function whyNotReady(pod: Pod): string {
  const { conditions = [], containerStatuses = [], phase = 'Pending' } = pod.status ?? {};
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return `cannot be scheduled: ${scheduled.message ?? scheduled.reason ?? 'no reason given'}`;
  const waiting = containerStatuses.map(({ state }) => state?.waiting).find((one) => one !== undefined && one !== null);
  if (waiting !== undefined && waiting !== null) {
    return `waits: ${[waiting.reason, waiting.message].filter((text) => text !== undefined).join(', ')}`;
  }
  return phase === 'Running' ? 'runs and is not ready yet' : `is ${phase}`;
}

/** The pod that keeps everybody waiting: the youngest as a rule, so the first that is not ready. */
export function laggard(pods: readonly Pod[], minReadySeconds: number, now: number): string | undefined {
  const late = pods.find((pod) => isActive(pod) && !isAvailable(pod, minReadySeconds, now));
  if (late === undefined) return undefined;
  return isReady(late)
    ? `pod ${late.metadata.name} is ready for less than minReadySeconds (${minReadySeconds})`
    : `pod ${late.metadata.name} ${whyNotReady(late)}`;
}

import { replicasOf, unsettled, type Workload } from './workload.ts';

/** How far a rolling update is; `score` grows as it gets on. */
export function rolloutState(workload: Workload): { readonly missing?: string; readonly score: number } {
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0, observedGeneration = 0 } = workload.status ?? {};
  // The numbers of the time before are full marks.
  const isStale = observedGeneration < (workload.metadata.generation ?? 0);
  const wanted = replicasOf(workload);
  const missing = unsettled('Deployment', workload);
  const score = isStale ? -1 : updatedReplicas * 1000 + availableReplicas - Math.max(0, replicas - wanted);
  if (missing !== undefined) return { missing, score };
  if (availableReplicas >= wanted) return { score };
  return { missing: `${availableReplicas} of ${wanted} pods are available`, score };
}

import { isNotFound, type Outcome } from '../../../lib/drain/failure.ts';
import { controllerOf, type OwnerReference, type Pod } from '../../../lib/drain/objects.ts';
import type { WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import type { ClusterWorkloads } from './cluster-workloads.ts';

/** Who answers for a pod in the end. */
export type Owner =
  | { readonly kind: 'workload'; readonly ref: WorkloadRef }
  | { readonly kind: 'stranger'; readonly reference: OwnerReference }
  | { readonly kind: 'nobody' };

export type Owners = (pod: Pod) => Promise<Outcome<Owner>>;

const isApps = ({ apiVersion }: OwnerReference) => apiVersion === 'apps/v1';

function refTo(reference: OwnerReference, namespace: string): Owner {
  const { kind, name, uid = '' } = reference;
  const isOurs = isApps(reference) && (kind === 'Deployment' || kind === 'StatefulSet' || kind === 'ReplicaSet');
  return isOurs ? { kind: 'workload', ref: { kind, namespace, name, uid } } : { kind: 'stranger', reference };
}

/** A pod's controller, and of a ReplicaSet its own: each is asked for once, by uid. */
export function ownersBy(workloads: Pick<ClusterWorkloads, 'workload'>): Owners {
  const asked = new Map<string, Promise<Outcome<Owner>>>();

  async function aboveReplicaSet(reference: OwnerReference, namespace: string): Promise<Outcome<Owner>> {
    const found = await workloads.workload('ReplicaSet', namespace, reference.name);
    // It is gone, or another has its name: the garbage collector is about to take the pod.
    if (!found.ok && isNotFound(found.failure)) return { ok: true, value: { kind: 'nobody' } };
    if (!found.ok) return found;
    if (found.value.metadata.uid !== reference.uid) return { ok: true, value: { kind: 'nobody' } };
    const above = controllerOf({ metadata: found.value.metadata });
    return { ok: true, value: refTo(above ?? reference, namespace) };
  }

  return async (pod) => {
    const reference = controllerOf(pod);
    const { namespace = '' } = pod.metadata;
    if (reference === undefined) return { ok: true, value: { kind: 'nobody' } };
    if (reference.kind !== 'ReplicaSet' || !isApps(reference)) return { ok: true, value: refTo(reference, namespace) };
    const key = reference.uid ?? `${namespace}/${reference.name}`;
    const answer = asked.get(key) ?? aboveReplicaSet(reference, namespace);
    asked.set(key, answer);
    const outcome = await answer;
    // A failure is not remembered for ever.
    if (!outcome.ok) asked.delete(key);
    return outcome;
  };
}

import { tolerates } from '../node-fit.ts';
import type { Budget, Claim, Taint } from '../objects.ts';
import { neverAllowsOneMore } from './budget-room.ts';
import { fenceposts, type Kind, replicasOf, type Workload } from './workload.ts';

/**
 * `scale`: one more pod first, evictions while it is there. `roll`: the Deployment's own rolling update. `one-by-one`: evictions that
 * leave a gap of one pod. `ordinary`: evictions all at once, where there is no service to keep up.
 */
export type Way = 'scale' | 'roll' | 'one-by-one' | 'ordinary';

export interface Choice {
  readonly way: Way;
  readonly why: string;
  /** Done only where a gap is accepted. */
  readonly gap: boolean;
}

export interface Circumstances {
  /** Pods of it on the nodes that are drained. */
  readonly here: number;
  /** The HorizontalPodAutoscaler that owns its number. */
  readonly autoscaler?: string;
  readonly budgets: readonly Budget[];
  /** Claims that its pods mount. */
  readonly claims: readonly Claim[];
}

const CORDON: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const SINGLE = ['ReadWriteOnce', 'ReadWriteOncePod'];

const surge = (way: 'scale' | 'roll', why: string): Choice => ({ way, why, gap: false });
const gap = (why: string, way: 'one-by-one' | 'ordinary' = 'one-by-one'): Choice => ({ way, why, gap: true });

/** A claim that a second pod on another node cannot mount. */
function exclusiveClaim(claims: readonly Claim[]): string | undefined {
  const isExclusive = ({ spec }: Claim) => {
    const modes = spec?.accessModes ?? [];
    return modes.length > 0 && modes.every((mode) => SINGLE.includes(mode));
  };
  return claims.find(isExclusive)?.metadata.name;
}

/** Why no second pod may or can stand beside the first; undefined: it can. */
function obstacle({ spec }: Workload, { claims }: Circumstances): string | undefined {
  const claim = exclusiveClaim(claims);
  if (claim !== undefined)
    return `its claim ${claim} is ReadWriteOnce, and a new pod on another node cannot mount it beside the old one`;
  if (spec?.template?.spec?.tolerations?.some((toleration) => tolerates(toleration, CORDON)) === true) {
    return 'its pods tolerate cordoned nodes, and a new one could start right here';
  }
  return undefined;
}

function refusal(workload: Workload, circumstances: Circumstances): string | undefined {
  const { paused, strategy } = workload.spec ?? {};
  if (strategy?.type === 'Recreate') return 'its strategy is Recreate: it wants no two pods side by side';
  if (paused === true) return 'it is paused: somebody wants no change of it now';
  if (fenceposts(workload).surge === 0) return 'its maxSurge is 0: it wants no pod above its number';
  return obstacle(workload, circumstances);
}

function chooseForDeployment(workload: Workload, circumstances: Circumstances): Choice {
  const { autoscaler, budgets, here } = circumstances;
  const refused = refusal(workload, circumstances);
  if (refused !== undefined) return gap(refused);
  if (autoscaler !== undefined) {
    return surge('roll', `HorizontalPodAutoscaler ${autoscaler} owns its number of pods and would take the extra one away`);
  }
  if (here >= replicasOf(workload)) return surge('roll', 'all of its pods are to move');
  const never = budgets.find((budget) => neverAllowsOneMore(budget));
  if (never !== undefined)
    return surge('roll', `PodDisruptionBudget ${never.metadata.name} allows no eviction, whatever its number`);
  return surge('scale', 'one more pod while they move');
}

function chooseForReplicaSet(workload: Workload, circumstances: Circumstances): Choice {
  const { autoscaler } = circumstances;
  if (autoscaler !== undefined) {
    return gap(`HorizontalPodAutoscaler ${autoscaler} owns its number of pods, and a ReplicaSet has no rolling update`);
  }
  const refused = obstacle(workload, circumstances);
  return refused === undefined ? surge('scale', 'one more pod while they move') : gap(refused);
}

function chooseForStatefulSet({ spec, status }: Workload): Choice {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  const isMixed = status?.updateRevision !== undefined && status.currentRevision !== status.updateRevision;
  const slow = 'a StatefulSet starts no pod before the old one of its name has gone';
  if (type === 'OnDelete' && isMixed) return gap(`${slow}; updateStrategy OnDelete: it would come back in its new revision`);
  const { partition = 0 } = rollingUpdate ?? {};
  return gap(partition > 0 && isMixed ? `${slow}; partition ${partition}: a rollout of it is half done` : slow);
}

/** The gentlest way that keeps as many pods ready as are wanted; or, said openly, that there is none. */
export function chooseWay(kind: Kind, workload: Workload, circumstances: Circumstances): Choice {
  if (workload.metadata.deletionTimestamp !== undefined) return { way: 'ordinary', why: 'it is being deleted', gap: false };
  if (kind === 'StatefulSet') return chooseForStatefulSet(workload);
  return kind === 'ReplicaSet' ? chooseForReplicaSet(workload, circumstances) : chooseForDeployment(workload, circumstances);
}

/** For pods whose number nobody here can count. */
export function chooseForStranger(owner: { readonly kind: string; readonly apiVersion: string; readonly name: string }): Choice {
  if (owner.kind === 'Job' && owner.apiVersion.startsWith('batch/')) {
    return { way: 'ordinary', why: 'a Job begins anew elsewhere', gap: false };
  }
  return gap(`how ${owner.apiVersion} ${owner.kind} replaces pods is not known`, 'ordinary');
}

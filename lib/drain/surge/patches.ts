import { formatClaim, MARK, SURGE, type SurgeClaim } from './claim.ts';
import { fenceposts, replicasOf, type Workload } from './workload.ts';

/** As `kubectl rollout restart` stamps it: what knows that annotation knows ours. */
export const STAMP = 'kubectl.kubernetes.io/restartedAt';

/** Strategic merge; of the object that was read and of no other: its resourceVersion goes with it. */
export type Patch = Readonly<Record<string, unknown>>;

const stampOf = ({ spec }: Workload): string | null => spec?.template?.metadata?.annotations?.[STAMP] ?? null;
const template = (stamp: string | null) => ({ template: { metadata: { annotations: { [STAMP]: stamp } } } });
const unavailable = (value: number | string) => ({ strategy: { rollingUpdate: { maxUnavailable: value } } });

function patchOf({ metadata }: Pick<Workload, 'metadata'>, claim: SurgeClaim | null, spec: Patch): Patch {
  const { resourceVersion } = metadata;
  return {
    metadata: {
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      annotations: { [SURGE]: claim === null ? null : formatClaim(claim) },
      labels: { [SURGE]: claim === null ? null : MARK },
    },
    ...(Object.keys(spec).length === 0 ? {} : { spec }),
  };
}

/** What a surge is going to change, for its claim. */
export function scaleClaim(workload: Workload): Pick<SurgeClaim, 'scale'> {
  const was = replicasOf(workload);
  return { scale: { was, set: was + 1 } };
}

export function rollClaim(workload: Workload, stamp: string): Pick<SurgeClaim, 'roll'> {
  const { maxUnavailable } = workload.spec?.strategy?.rollingUpdate ?? {};
  const mayDrop = maxUnavailable !== undefined && fenceposts(workload).unavailable > 0;
  return { roll: { was: stampOf(workload), set: stamp, ...(mayDrop ? { maxUnavailable } : {}) } };
}

/** The change and the record of it, at once: killed before or after, nothing is unaccounted for. */
export function beginPatch(workload: Workload, claim: SurgeClaim): Patch {
  const { scale, roll } = claim;
  if (scale !== undefined) return patchOf(workload, claim, { replicas: scale.set });
  if (roll === undefined) return patchOf(workload, claim, {});
  return patchOf(workload, claim, { ...template(roll.set), ...(roll.maxUnavailable === undefined ? {} : unavailable(0)) });
}

/** Somebody is still at work. */
export const renewPatch = (workload: Workload, claim: SurgeClaim): Patch => patchOf(workload, claim, {});

/** The rollout held where it is. */
export function holdPatch(workload: Workload, claim: SurgeClaim): Patch {
  const { roll } = claim;
  return roll === undefined ? {} : patchOf(workload, { ...claim, roll: { ...roll, paused: true } }, { paused: true });
}

/** The rollout turned back, while its maxUnavailable stays 0. */
export function turnBackPatch(workload: Workload, claim: SurgeClaim): Patch {
  if (claim.roll === undefined) return {};
  const { paused: _, ...roll } = claim.roll;
  return patchOf(workload, { ...claim, roll }, { ...template(roll.was), paused: null });
}

/** The rollout of this claim is what the workload stands for now: nobody restarted it since. */
export const isOurRollout = (workload: Workload, { roll }: SurgeClaim): boolean =>
  roll !== undefined && stampOf(workload) === roll.set;

export const isScaledByUs = (workload: Workload, { scale }: SurgeClaim): boolean =>
  scale !== undefined && replicasOf(workload) === scale.set;

/** Nobody has changed anything since: a claim that was left behind, or a copy of one, is good for undoing no more than that. */
export const isUntouched = ({ metadata }: Workload, { generation }: SurgeClaim): boolean => metadata.generation === generation;

/** Of a ReplicaSet that the Deployment controller has copied it to. */
export const sweepPatch = (copy: Pick<Workload, 'metadata'>): Patch => patchOf(copy, null, {});

/** The end: what is still as we set it goes back to what it was, and the claim goes. What others set since is theirs. */
export function releasePatch(workload: Workload, claim: SurgeClaim, isOwn = true): Patch {
  const { scale, roll } = claim;
  const isScaled = isScaledByUs(workload, claim) && (isOwn || isUntouched(workload, claim));
  if (scale !== undefined) return patchOf(workload, null, isScaled ? { replicas: scale.was } : {});
  const now = workload.spec?.strategy?.rollingUpdate?.maxUnavailable;
  const lowered = now === 0 || now === '0%' ? roll?.maxUnavailable : undefined;
  return patchOf(workload, null, {
    ...(lowered === undefined ? {} : unavailable(lowered)),
    ...(roll?.paused === true ? { paused: null } : {}),
  });
}

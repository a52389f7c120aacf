import type { SurgeClaim } from '../../../lib/drain/surge/claim.ts';
import { isActive } from '../../../lib/drain/surge/headcount.ts';
import { isOurRollout, rollClaim, scaleClaim } from '../../../lib/drain/surge/patches.ts';
import { rolloutState } from '../../../lib/drain/surge/rollout.ts';
import { isStalled, refName, replicasOf, unsettled } from '../../../lib/drain/surge/workload.ts';
import { toSeconds } from '../../../lib/model/time-text.ts';
import { begin, checkClaim, release } from './claiming.ts';
import { type Item, StoppedError, type Surging } from './context.ts';
import { evictInTurn, type Room } from './evict.ts';
import { type Progress, type View, waitUntil } from './wait.ts';

const step = ({ tell }: Surging, { ref }: Item, message: string) =>
  tell({ event: 'surge-step', workload: refName(ref), message });

const progress = (missing: string | undefined, score: number): Progress =>
  missing === undefined ? { score } : { missing, score };

/** Pods enough without it, and its controller has counted as we do. */
function isRoomBeside(
  surging: Surging,
  { ref }: Item,
  claim: SurgeClaim,
  { workload, available }: View,
  others: number,
): Progress {
  checkClaim(surging, workload, claim);
  const { was, set } = claim.scale ?? { was: 0, set: 0 };
  const counted = workload.status?.availableReplicas ?? 0;
  const missing = unsettled(ref.kind, workload);
  if (missing !== undefined) return progress(missing, available.length);
  const isEnough = others >= was && counted >= set;
  return progress(isEnough ? undefined : `${Math.min(others + 1, counted)} of ${set} pods are available`, available.length);
}

/**
 * One more pod, evictions while it is there, and back. Scaling down takes a pod of the controller's choice, and it does not choose the
 * one that was evicted unless it has seen it go: so the number goes back only when it has made its replacement, which is proof. What
 * it takes then is a pod beyond the wanted number, one that is not ready first; controller.kubernetes.io/pod-deletion-cost (from 1.22
 * on) is not needed for that.
 */
export async function moveByScale(surging: Surging, item: Item, keep: (claim: SurgeClaim) => void): Promise<void> {
  let claim: SurgeClaim | undefined;
  const prepare = async () => {
    if (claim !== undefined) return;
    claim = await begin(surging, item, scaleClaim);
    keep(claim);
    step(surging, item, `scaled from ${claim.scale?.was} to ${claim.scale?.set}`);
  };
  const judge: Room['judge'] = (view, others) =>
    claim === undefined ? { missing: 'it has just become ready', score: 0 } : isRoomBeside(surging, item, claim, view, others);
  await evictInTurn(surging, item, { judge, prepare });
  const { scale } = claim ?? {};
  if (claim === undefined || scale === undefined) return;
  const ours = claim;
  await waitUntil(surging, item.ref, ({ workload, pods, available }) => {
    checkClaim(surging, workload, ours);
    const active = pods.filter(isActive).length;
    // It counts by a cache: a pod that has just recovered may not be ready in its eyes, and would be taken.
    const counted = workload.status?.availableReplicas ?? 0;
    const isEnough = active >= scale.set && Math.min(counted, available.length) >= scale.was;
    return progress(
      isEnough ? undefined : `${available.length} of ${scale.was} pods are available, ${active} of ${scale.set} are made`,
      available.length,
    );
  });
  await release(surging, item.ref, ours);
  step(surging, item, `scaled back to ${scale.was}`);
}

/** The Deployment's own rolling update, as `kubectl rollout restart` begins it, and never with a pod less than wanted. */
export async function moveByRoll(surging: Surging, item: Item, keep: (claim: SurgeClaim) => void): Promise<void> {
  const stamp = toSeconds(surging.clock.now());
  const claim = await begin(surging, item, (workload) => rollClaim(workload, stamp));
  keep(claim);
  const lowered =
    claim.roll?.maxUnavailable === undefined ? '' : `, maxUnavailable 0 instead of ${claim.roll.maxUnavailable} meanwhile`;
  step(surging, item, `rolled out anew${lowered}`);
  const leaving = new Set(surging.nodes);
  await waitUntil(surging, item.ref, ({ workload, pods }) => {
    checkClaim(surging, workload, claim);
    if (!isOurRollout(workload, claim)) throw new StoppedError('somebody else rolled it out meanwhile');
    if (isStalled(workload)) throw new StoppedError('its controller gave the rollout up: ProgressDeadlineExceeded');
    const { missing, score } = rolloutState(workload);
    const here = pods.filter((pod) => isActive(pod) && leaving.has(pod.spec?.nodeName ?? '')).length;
    return progress(missing ?? (here === 0 ? undefined : `${here} of its pods are on the drained nodes yet`), score);
  });
  await release(surging, item.ref, claim);
}

/** With a gap of one pod, as was accepted: the next goes when all are ready again. */
export async function moveOneByOne(surging: Surging, item: Item): Promise<void> {
  const judge: Room['judge'] = ({ workload, available }, others) => {
    const wanted = replicasOf(workload) - 1;
    return progress(others >= wanted ? undefined : `${others} of ${wanted} other pods are available`, available.length);
  };
  await evictInTurn(surging, item, { judge });
  await waitUntil(surging, item.ref, ({ workload, available }) => {
    const wanted = replicasOf(workload);
    return progress(
      available.length >= wanted ? undefined : `${available.length} of ${wanted} pods are available`,
      available.length,
    );
  });
}

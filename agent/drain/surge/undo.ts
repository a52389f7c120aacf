import { claimOn, type SurgeClaim } from '../../../lib/drain/surge/claim.ts';
import { isActive } from '../../../lib/drain/surge/headcount.ts';
import { holdPatch, isOurRollout, isScaledByUs, isUntouched, turnBackPatch } from '../../../lib/drain/surge/patches.ts';
import { rolloutState } from '../../../lib/drain/surge/rollout.ts';
import { replicasOf, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import type { Clock } from '../../../lib/host/host.ts';
import { type Duration, minutes, seconds } from '../../../lib/model/units.ts';
import { deadlineOf, EndedError } from '../deadline.ts';
import { release } from './claiming.ts';
import { StoppedError, type Surging } from './context.ts';
import { change, readWorkload } from './steadily.ts';
import { type Progress, type View, waitUntil } from './wait.ts';

/** For all of it; then the claim stays for a later run. */
const LONGEST: Duration = minutes(2);
/** Until a ReplicaSet has made what it lacks. */
const SETTLES: Duration = seconds(20);
/** Caches of a controller manager are behind by milliseconds, of a busy one by seconds. */
const CACHE: Duration = seconds(5);

/** Waits for a while; what does not come about then is done without. */
async function settle(surging: Surging, ref: WorkloadRef, judge: (view: View) => Progress, patience: Duration): Promise<boolean> {
  try {
    await waitUntil({ ...surging, surge: { ...surging.surge, patience } }, ref, judge);
    return true;
  } catch (error) {
    if (error instanceof StoppedError) return false;
    throw error;
  }
}

/**
 * Its controllers count by caches: a pod that was evicted or has recovered just now is counted wrong, and the wrong one is taken. True
 * once their numbers and ours have been the same, and the pods too, for longer than a cache is behind.
 */
function countedTruly(clock: Pick<Clock, 'monotonic'>): (view: View) => Progress {
  let [before, since] = ['', 0];
  return ({ workload: { metadata, status = {} }, pods, available }) => {
    const active = pods.filter(isActive);
    const { replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status;
    const isSame = replicas === active.length && availableReplicas === available.length;
    const now = JSON.stringify([active, available].map((some) => some.map((pod) => pod.metadata.uid).toSorted()));
    if (now !== before || !isSame || observedGeneration < (metadata.generation ?? 0)) [before, since] = [now, clock.monotonic()];
    if (clock.monotonic() - since >= CACHE) return { score: 0 };
    return { missing: 'its controller has not counted its pods yet', score: 0 };
  };
}

async function undoScale(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<string> {
  await settle(surging, ref, countedTruly(surging.clock), SETTLES);
  const workload = await readWorkload(surging, ref);
  if (claimOn(workload)?.run !== claim.run) return 'its annotation had gone already';
  const isKnown = claim.run === surging.who.run || isUntouched(workload, claim);
  await release(surging, ref, claim);
  if (isScaledByUs(workload, claim) && isKnown) return `scaled back to ${claim.scale?.was}`;
  return `left at ${replicasOf(workload)} replicas: others changed it since it was scaled from ${claim.scale?.was} to ${claim.scale?.set}`;
}

/**
 * Held until its controller's count is true, and then turned back: in the middle of it the Deployment controller takes a pod for
 * available that it has just had taken away (newRS.Status in reconcileOldReplicaSets), and one too many goes.
 */
async function turnBack(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<void> {
  await change(surging, ref, (workload) => (isOurRollout(workload, claim) ? holdPatch(workload, claim) : undefined));
  await settle(surging, ref, countedTruly(surging.clock), SETTLES);
  await change(surging, ref, (workload) => (isOurRollout(workload, claim) ? turnBackPatch(workload, claim) : undefined));
}

async function undoRoll(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<string> {
  const found = await readWorkload(surging, ref);
  if (claimOn(found)?.run !== claim.run) return 'its annotation had gone already';
  const isOurs = isOurRollout(found, claim);
  const isComplete = isOurs && rolloutState(found).missing === undefined;
  if (isOurs && !isComplete) await turnBack(surging, ref, claim);
  // While it turns back, too, no pod less than wanted.
  if (claim.roll?.maxUnavailable !== undefined) await settle(surging, ref, ({ workload }) => rolloutState(workload), LONGEST);
  await release(surging, ref, claim);
  if (isComplete) return 'its rollout was complete and stays';
  return isOurs ? 'its template is as it was before' : 'its template was left as somebody else set it';
}

export type Undone = { readonly ok: true; readonly message: string } | { readonly ok: false; readonly message: string };

/** Exactly what stands in the claim, as far as it is still so; goes on after a Ctrl-C, which was the reason perhaps. */
export async function undo(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<Undone> {
  const deadline = deadlineOf(surging.clock, LONGEST, new AbortController().signal);
  const going = { ...surging, deadline };
  try {
    const message = await (claim.scale === undefined ? undoRoll(going, ref, claim) : undoScale(going, ref, claim));
    return { ok: true, message };
  } catch (error) {
    if (error instanceof StoppedError) return { ok: false, message: error.message };
    if (error instanceof EndedError) return { ok: false, message: 'it took too long' };
    throw error;
  } finally {
    deadline.close();
  }
}

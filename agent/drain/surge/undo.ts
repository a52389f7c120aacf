import { claimOn, type SurgeClaim } from '../../../lib/drain/surge/claim.ts';
import { isActive } from '../../../lib/drain/surge/headcount.ts';
import { isOurRollout, isScaledByUs, isUntouched, turnBackPatch } from '../../../lib/drain/surge/patches.ts';
import { rolloutState } from '../../../lib/drain/surge/rollout.ts';
import { replicasOf, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
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

/** A pod that was evicted just now may still be counted: then the wrong one would be taken. */
const isCounted = ({ workload, pods }: View): Progress => {
  const isMade = pods.filter(isActive).length >= replicasOf(workload);
  return isMade ? { score: 0 } : { missing: 'the pod that was evicted is not replaced yet', score: 0 };
};

async function undoScale(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<string> {
  await settle(surging, ref, isCounted, SETTLES);
  const workload = await readWorkload(surging, ref);
  if (claimOn(workload)?.run !== claim.run) return 'its annotation had gone already';
  const isKnown = claim.run === surging.who.run || isUntouched(workload, claim);
  await release(surging, ref, claim);
  if (isScaledByUs(workload, claim) && isKnown) return `scaled back to ${claim.scale?.was}`;
  return `left at ${replicasOf(workload)} replicas: others changed it since it was scaled from ${claim.scale?.was} to ${claim.scale?.set}`;
}

async function undoRoll(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<string> {
  const found = await readWorkload(surging, ref);
  const isComplete = isOurRollout(found, claim) && rolloutState(found).missing === undefined;
  if (!isComplete && isOurRollout(found, claim)) {
    await change(surging, ref, (workload) => (isOurRollout(workload, claim) ? turnBackPatch(workload, claim) : undefined));
    // While it turns back, too, no pod less than wanted.
    if (claim.roll?.maxUnavailable !== undefined) await settle(surging, ref, ({ workload }) => rolloutState(workload), LONGEST);
  }
  await release(surging, ref, claim);
  if (isComplete) return 'its rollout was complete and stays';
  return isOurRollout(found, claim) ? 'its template is as it was before' : 'its template was left as somebody else set it';
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

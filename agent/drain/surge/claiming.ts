import { claimOn, type SurgeClaim } from '../../../lib/drain/surge/claim.ts';
import { beginPatch, isScaledByUs, releasePatch, sweepPatch } from '../../../lib/drain/surge/patches.ts';
import { replicasOf, unsettled, type Workload, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import { type Duration, seconds } from '../../../lib/model/units.ts';
import { type Item, StoppedError, type SurgeContext, type Surging } from './context.ts';
import { change } from './steadily.ts';
import { CLAIM_LIFE, waitUntil } from './wait.ts';

type Change = Pick<SurgeClaim, 'scale' | 'roll'>;

/** Whoever made the claim works no more: its program was killed, or gave no sign of life for too long. */
export function isAbandoned({ process, until }: SurgeClaim, { clock, who }: Pick<SurgeContext, 'clock' | 'who'>): boolean {
  return (process !== undefined && who.isDead(process)) || clock.now() > until;
}

const byAnother = ({ by, until }: SurgeClaim) =>
  `another surge is at work on it, ${by}; it counts as given up from ${new Date(until).toISOString()} on`;

/** Until no rollout and no other surge is under way. */
async function awaitTurn(surging: Surging, { ref }: Item): Promise<void> {
  await waitUntil(surging, ref, ({ workload }) => {
    const other = claimOn(workload);
    const missing = other !== undefined && other.run !== surging.who.run ? byAnother(other) : unsettled(ref.kind, workload);
    return { ...(missing === undefined ? {} : { missing }), score: workload.status?.updatedReplicas ?? 0 };
  });
}

/** The change and its record in one patch. */
export async function begin(surging: Surging, item: Item, plan: (workload: Workload) => Change): Promise<SurgeClaim> {
  const { clock, nodes, who } = surging;
  for (;;) {
    await awaitTurn(surging, item);
    const changed = await change(surging, item.ref, (workload) => {
      if (claimOn(workload) !== undefined) return undefined;
      const { process } = who;
      const { generation = 0 } = workload.metadata;
      const mine = { run: who.run, by: who.by, nodes, until: clock.now() + CLAIM_LIFE, generation: generation + 1 };
      return beginPatch(workload, { ...mine, ...(process === undefined ? {} : { process }), ...plan(workload) });
    });
    const claim = claimOn(changed);
    if (claim?.run === who.run) return claim;
    // Another surge was faster.
    if (claim === undefined) throw new StoppedError('the annotation of this surge was taken away at once');
  }
}

/** Throws where it is ours no longer, or where others set what we had set. */
export function checkClaim({ who }: Pick<Surging, 'who'>, workload: Workload, claim: SurgeClaim): void {
  if (claimOn(workload)?.run !== who.run)
    throw new StoppedError('the annotation of this surge was taken away or changed by others');
  if (claim.scale !== undefined && !isScaledByUs(workload, claim)) {
    throw new StoppedError(
      `somebody else set its replicas to ${replicasOf(workload)}, where this surge had set ${claim.scale.set}`,
    );
  }
}

/** So long the controller may take to see that the claim has gone. */
const SEEN: Duration = seconds(20);

/** The controller has copied the claim to ReplicaSets, and does not take it from there. Without the right to, the copies stay. */
async function sweep(surging: Surging, ref: WorkloadRef, run: string): Promise<void> {
  if (ref.kind !== 'Deployment') return;
  const { workloads, deadline } = surging;
  const patience = { ...surging, surge: { ...surging.surge, patience: SEEN } };
  try {
    const seen = await waitUntil(patience, ref, ({ workload: { metadata, status } }) => {
      const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
      return { score: 0, ...(isSeen ? {} : { missing: 'its controller has not seen its last change yet' }) };
    });
    const listed = await deadline.during(workloads.replicaSets(ref.namespace, seen.workload.spec?.selector ?? {}));
    for (const copy of listed.ok ? listed.value : []) {
      if (claimOn(copy)?.run !== run) continue;
      const { namespace = ref.namespace, name } = copy.metadata;
      await deadline.during(workloads.patch({ kind: 'ReplicaSet', namespace, name }, sweepPatch(copy), false));
    }
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
  }
}

/** What is still as we set it goes back, the claim goes; one that is not ours stays. */
export async function release(surging: Surging, ref: WorkloadRef, claim: SurgeClaim): Promise<void> {
  await change(surging, ref, (workload) => {
    const there = claimOn(workload);
    return there?.run === claim.run ? releasePatch(workload, there, claim.run === surging.who.run) : undefined;
  });
  await sweep(surging, ref, claim.run);
}

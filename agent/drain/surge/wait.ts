import type { Pod } from '../../../lib/drain/objects.ts';
import { claimOn } from '../../../lib/drain/surge/claim.ts';
import { isAvailable, laggard } from '../../../lib/drain/surge/headcount.ts';
import { renewPatch } from '../../../lib/drain/surge/patches.ts';
import { refName, replicaFailure, type Workload, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import { formatDuration } from '../../../lib/model/quantity.ts';
import { type Duration, minutes, seconds } from '../../../lib/model/units.ts';
import { StoppedError, type Surging } from './context.ts';
import { change, readWorkload, steadily } from './steadily.ts';

/** A workload and its own pods, both read now. */
export interface View {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  /** Ready long enough, and not going. */
  readonly available: readonly Pod[];
}

/** What is missing yet; `score` grows as things get on. */
export interface Progress {
  readonly missing?: string;
  readonly score: number;
}

const EVERY: Duration = seconds(1);
const FIRST_WORD: Duration = seconds(15);
const NEXT_WORD: Duration = seconds(30);
/** So long a claim holds without a sign of life; the server may put an eviction off for 5 minutes. */
export const CLAIM_LIFE: Duration = minutes(6);
const RENEWED_BEFORE: Duration = minutes(5);

export async function look(surging: Surging, ref: WorkloadRef): Promise<View> {
  const workload = await readWorkload(surging, ref);
  const { selector = {}, minReadySeconds = 0 } = workload.spec ?? {};
  const listed = await steadily(surging, () => surging.workloads.pods(ref.namespace, selector));
  if (!listed.ok) throw new StoppedError(`its pods could not be listed: ${listed.failure.message}`);
  const pods: Pod[] = [];
  for (const pod of listed.value) {
    const owner = await steadily(surging, () => surging.owners(pod));
    // A selector may match pods of others.
    if (owner.ok && owner.value.kind === 'workload' && owner.value.ref.uid === ref.uid) pods.push(pod);
  }
  const now = surging.clock.now();
  return { workload, pods, available: pods.filter((pod) => isAvailable(pod, minReadySeconds, now)) };
}

/** A sign of life, where the claim on it is ours and gets old. */
async function renew(surging: Surging, ref: WorkloadRef, { workload }: View): Promise<void> {
  const { clock, who } = surging;
  const isOld = (one: Workload) => {
    const claim = claimOn(one);
    return claim?.run === who.run && claim.until - clock.now() < RENEWED_BEFORE ? claim : undefined;
  };
  if (isOld(workload) === undefined) return;
  await change(surging, ref, (fresh) => {
    const claim = isOld(fresh);
    return claim === undefined ? undefined : renewPatch(fresh, { ...claim, until: clock.now() + CLAIM_LIFE });
  });
}

function inWords(missing: string, { workload, pods }: View, now: number): string {
  const failure = replicaFailure(workload);
  const late = failure ?? laggard(pods, workload.spec?.minReadySeconds ?? 0, now);
  return late === undefined ? missing : `${missing}; ${late}`;
}

/** Looks every second until nothing is missing; gives up when nothing got on for as long as is patience. */
export async function waitUntil(surging: Surging, ref: WorkloadRef, judge: (view: View) => Progress): Promise<View> {
  const { clock, deadline, surge, tell } = surging;
  const began = clock.monotonic();
  let [best, since, nextWord] = [Number.NEGATIVE_INFINITY, began, began + FIRST_WORD];
  for (;;) {
    const view = await look(surging, ref);
    const { missing, score } = judge(view);
    if (missing === undefined) return view;
    const at = clock.monotonic();
    if (score > best) [best, since] = [score, at];
    const why = inWords(missing, view, clock.now());
    if (at - since >= surge.patience) throw new StoppedError(`nothing got on for ${formatDuration(surge.patience)}: ${why}`);
    if (at >= nextWord) {
      tell({ event: 'surge-waiting', workload: refName(ref), elapsed: at - began, why });
      nextWord = at + NEXT_WORD;
    }
    await renew(surging, ref, view);
    await deadline.sleep(EVERY);
  }
}

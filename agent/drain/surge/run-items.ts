import { beginPatch, rollClaim, scaleClaim } from '../../../lib/drain/surge/patches.ts';
import { refName } from '../../../lib/drain/surge/workload.ts';
import { type Item, StoppedError, type Surging } from './context.ts';
import { moveWorkload } from './move-workload.ts';
import { readWorkload } from './steadily.ts';
import { CLAIM_LIFE } from './wait.ts';

/** Admission is asked whether it would let the change pass; nothing is changed. */
async function rehearse(surging: Surging, { ref, choice }: Item): Promise<string | undefined> {
  const { clock, nodes, options, tell, who, workloads } = surging;
  if (options.dryRun === 'client') return undefined;
  const fail = (message: string) => {
    tell({ event: 'surge-failed', workload: refName(ref), way: choice.way, message, undone: true });
    return message;
  };
  try {
    const workload = await readWorkload(surging, ref);
    const change = choice.way === 'scale' ? scaleClaim(workload) : rollClaim(workload, new Date(clock.now()).toISOString());
    const claim = { run: who.run, by: who.by, nodes, until: clock.now() + CLAIM_LIFE, generation: 0, ...change };
    const answer = await workloads.patch(ref, beginPatch(workload, claim), true);
    return answer.ok ? undefined : fail(answer.failure.message);
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    return fail(error.message);
  }
}

/** So many at a time; what failed and why. */
export async function runItems(surging: Surging, items: readonly Item[]): Promise<ReadonlyMap<Item, string>> {
  const { options, signal, surge } = surging;
  const failures = new Map<Item, string>();
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      if (signal.aborted) failures.set(item, 'interrupted');
      else {
        const why = await (options.dryRun === 'none' ? moveWorkload(surging, item) : rehearse(surging, item));
        if (why !== undefined) failures.set(item, why);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(surge.atOnce, items.length) }, work));
  return failures;
}

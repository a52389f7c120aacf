import { claimOn, type SurgeClaim } from '../../../lib/drain/surge/claim.ts';
import { refName } from '../../../lib/drain/surge/workload.ts';
import { EndedError } from '../deadline.ts';
import { isAbandoned } from './claiming.ts';
import { type Item, StoppedError, type Surging } from './context.ts';
import { readWorkload } from './steadily.ts';
import { undo } from './undo.ts';
import { moveByRoll, moveByScale, moveOneByOne } from './ways.ts';

function wordsOf(error: unknown): string {
  if (error instanceof StoppedError) return error.message;
  if (!(error instanceof EndedError)) throw error;
  return error.how === 'timeout' ? 'global timeout reached' : 'interrupted';
}

/** What a killed run left on it is undone first, whichever node it was about. */
async function clear(surging: Surging, { ref }: Item): Promise<void> {
  const left = claimOn(await readWorkload(surging, ref));
  if (left === undefined || left.run === surging.who.run || !isAbandoned(left, surging)) return;
  const { ok, message } = await undo(surging, ref, left);
  if (!ok) throw new StoppedError(`a surge was killed at work on it, and is not undone: ${message}`);
  surging.tell({ event: 'surge-undone', workload: refName(ref), message: `${message} (${left.by} was killed at work)` });
}

async function move(surging: Surging, item: Item, keep: (claim: SurgeClaim) => void): Promise<void> {
  const { way } = item.choice;
  await clear(surging, item);
  if (way === 'scale') await moveByScale(surging, item, keep);
  else if (way === 'roll') await moveByRoll(surging, item, keep);
  else await moveOneByOne(surging, item);
}

/** Undefined: its pods have left or are leaving; else why not. What it changed is then as it was, or a later run puts it right. */
export async function moveWorkload(surging: Surging, item: Item): Promise<string | undefined> {
  const { clock, tell, nodes } = surging;
  const { choice, pods, ref } = item;
  const [workload, began] = [refName(ref), clock.monotonic()];
  let claim: SurgeClaim | undefined;
  try {
    await move(surging, item, (made) => {
      claim = made;
    });
    tell({ event: 'surged', workload, way: choice.way, pods: pods.length, took: clock.monotonic() - began });
    return undefined;
  } catch (error) {
    const why = wordsOf(error);
    // TypeScript does not see the assignment in the callback.
    const made = claim as SurgeClaim | undefined;
    if (made !== undefined) tell({ event: 'surge-step', workload, message: `${why}; what was changed goes back` });
    const undone = made === undefined ? undefined : await undo(surging, ref, made);
    const after =
      undone?.ok === false ? `not undone: ${undone.message}; nodemend uncordon ${nodes.join(' ')} undoes it` : undone?.message;
    const message = after === undefined ? why : `${why}; ${after}`;
    tell({ event: 'surge-failed', workload, way: choice.way, message, undone: undone?.ok !== false });
    return message;
  }
}

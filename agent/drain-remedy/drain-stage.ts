import { standDown } from '../../lib/drain-remedy/stand-down.ts';
import type { MoveEnding, MoveRecord } from '../../lib/model/move-work.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import { type Emptied, empty } from './empty.ts';
import { look } from './look.ts';
import type { MoveParts } from './parts.ts';
import { claim } from './turn.ts';
import { sayEvent } from './writes.ts';

/** A person who uncordons, or says stop, is heard while pods are being moved. */
const LOOK_EVERY = seconds(2);
/** The others believe a claim for longer. */
const CLAIM_EVERY: Duration = seconds(60);

/** Until it is told to end: looks whether the drain is still wanted, and keeps the claim. Resolves to why it is not. */
async function watch(record: MoveRecord, parts: MoveParts, over: AbortSignal): Promise<MoveEnding | undefined> {
  const { clock, order } = parts;
  let claimedAt = clock.monotonic();
  while (!over.aborted) {
    const seen = await look(parts);
    // While pods move, an agent that is silent for a moment, or clears its mind, changes nothing.
    const ending = typeof seen === 'string' ? undefined : standDown(order, record, seen);
    if (ending !== undefined) return ending;
    if (typeof seen !== 'string' && seen.node !== undefined && clock.monotonic() - claimedAt >= CLAIM_EVERY) {
      await claim(parts, seen.node);
      claimedAt = clock.monotonic();
    }
    await clock.sleep(LOOK_EVERY, over).catch(() => undefined);
  }
  return undefined;
}

/** Ends pods for a kubelet that will not. */
async function keepFencing({ fence, clock, order, log }: MoveParts, over: AbortSignal): Promise<void> {
  while (fence !== undefined && !over.aborted) {
    for (const text of await fence.look(order.node, over)) log(text);
    await clock.sleep(seconds(5), over).catch(() => undefined);
  }
}

function endingOf(emptied: Exclude<Emptied, { readonly kind: 'stopped' }>, { order, clock }: MoveParts): MoveEnding {
  const at = clock.now();
  if (emptied.kind === 'not-empty') return { outcome: 'failed', message: emptied.why, mark: 'Failed', uncordon: order.last, at };
  // By this run of the program alone; none: they went before it.
  const moved = emptied.left === 1 ? ': 1 pod moved away' : `: ${emptied.left} pods moved away`;
  const message = `drained${emptied.left === 0 ? '' : moved}`;
  return { outcome: 'succeeded', message, mark: 'Completed', uncordon: false, at };
}

/** Moves the pods away, as long as it is wanted. */
export async function drainStage(record: MoveRecord, parts: MoveParts): Promise<MoveEnding> {
  await sayEvent(parts, { reason: 'DrainStarting', message: 'Draining node' });
  const over = new AbortController();
  const unwanted = watch(record, parts, over.signal).then((ending) => {
    if (ending !== undefined) over.abort();
    return ending;
  });
  const fencing = keepFencing(parts, over.signal);
  const emptied = await empty(parts, record.startedAt ?? parts.clock.now(), over.signal);
  over.abort();
  const [ending] = await Promise.all([unwanted, fencing]);
  if (ending !== undefined && emptied.kind !== 'empty') return ending;
  if (emptied.kind !== 'stopped') return endingOf(emptied, parts);
  return { outcome: 'interrupted', message: 'it was told to end', mark: 'Cancelled', uncordon: false, at: parts.clock.now() };
}

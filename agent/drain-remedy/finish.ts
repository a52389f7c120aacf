import { isNotFound } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { cordonOf } from '../../lib/drain-remedy/stand-down.ts';
import type { MoveEnding, MoveRecord } from '../../lib/model/move-work.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import type { MoveParts } from './parts.ts';
import { release } from './turn.ts';
import { LIFTED, LIFTING, liftCordon, notLifted, type Said, sayEvent, writeSchedule } from './writes.ts';

const AGAIN = seconds(2);
/** An API server that is away for longer: the agent tries again later. */
const PATIENCE: Duration = minutes(10);

function eventOf({ mark, message }: MoveEnding, { announced, verb }: MoveRecord): Said | undefined {
  if (verb !== 'drain') return undefined;
  if (announced !== true) {
    return mark === 'Failed' ? { reason: 'DrainSchedulingFailed', message: `Drain scheduling failed: ${message}` } : undefined;
  }
  if (mark === 'Completed') return { reason: 'DrainSucceeded', message: 'Drained node' };
  if (mark === 'Failed') return { reason: 'DrainFailed', message: `Draining failed: ${message}` };
  return { reason: 'DrainCancelled', message: `Drain cancelled: ${message}` };
}

/** Once, or until the API server has answered: what was announced must be taken back. */
async function insist(parts: MoveParts, work: () => Promise<boolean>): Promise<boolean> {
  const { clock } = parts;
  const until = clock.monotonic() + PATIENCE;
  for (;;) {
    if (await work()) return true;
    if (clock.monotonic() >= until) return false;
    await clock.sleep(AGAIN);
  }
}

async function tell(record: MoveRecord, ending: MoveEnding, parts: MoveParts): Promise<void> {
  const event = eventOf(ending, record);
  if (event !== undefined) await sayEvent(parts, event);
  const { scheduledFor, announced } = record;
  if (announced !== true || scheduledFor === undefined) return;
  const schedule = { when: scheduledFor, mark: ending.mark, at: ending.at };
  await insist(parts, async () => {
    const answer = await writeSchedule(parts, schedule);
    return answer.ok || isNotFound(answer.failure) || answer.failure.code === 403;
  });
}

/** One try; undefined: again. Else whether a cordon of ours stands afterwards. */
async function settleOnce(record: MoveRecord, node: Node, parts: MoveParts): Promise<boolean | undefined> {
  const isOthers = record.uid !== undefined && node.metadata.uid !== record.uid;
  const isOurs = !isOthers && cordonOf(node, record) === 'ours';
  if (isOthers) return false;
  if (isOurs && record.ending?.uncordon !== true) return true;
  if (isOurs) {
    // Killed between the write and its word, the next life knows that it was ours.
    await parts.records.save({ ...record, lifting: true });
    await sayEvent(parts, LIFTING);
  }
  const lifted = await liftCordon(parts, node, record);
  if (lifted === 'again') return undefined;
  if (lifted !== 'done') {
    if (isOurs) await sayEvent(parts, notLifted(lifted.failure.message));
    return lifted.failure.code === 403 ? isOurs : undefined;
  }
  if (isOurs || (record.lifting === true && node.spec?.unschedulable !== true)) await sayEvent(parts, LIFTED);
  return false;
}

async function settleCordon(record: MoveRecord, parts: MoveParts): Promise<boolean> {
  let owned = record.owned || record.stage !== 'begun';
  await insist(parts, async () => {
    const found = await parts.cluster.node(parts.order.node);
    if (!found.ok) {
      if (isNotFound(found.failure)) owned = false;
      return !owned;
    }
    const settled = await settleOnce(record, found.value, parts);
    owned = settled ?? true;
    return settled !== undefined;
  });
  return owned;
}

/** Carries out an ending that was decided, and written down before; the same however often it is begun anew. */
export async function finish(record: MoveRecord, parts: MoveParts): Promise<MoveRecord> {
  const { ending } = record;
  if (ending === undefined) return { ...record, stage: 'ended', owned: record.owned };
  await tell(record, ending, parts);
  const owned = await settleCordon(record, parts);
  if (record.verb === 'drain') await release(parts);
  return { ...record, stage: 'ended', owned };
}

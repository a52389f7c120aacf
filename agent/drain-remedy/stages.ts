import type { Node } from '../../lib/drain/objects.ts';
import { cordonOf, drainedAlready, standDown } from '../../lib/drain-remedy/stand-down.ts';
import { describeStaying } from '../../lib/drain-remedy/which-pods.ts';
import { type Hold, holdInWords } from '../../lib/model/guard.ts';
import type { MoveEnding, MoveRecord } from '../../lib/model/move-work.ts';
import { MOVED_FOR } from '../../lib/model/move-work.ts';
import { type Duration, type Instant, minutes, seconds } from '../../lib/model/units.ts';
import { beginDrain, nextStart } from './buffer.ts';
import { cordonRoom } from './cordon-room.ts';
import { stayingPods } from './empty.ts';
import { look } from './look.ts';
import type { MoveParts } from './parts.ts';
import { groupOfNode, holdsNow, release, takeTurn } from './turn.ts';
import { sayEvent, type Written, writeCordon, writeSchedule } from './writes.ts';

/** What a step comes to: how far it is then, how it ends, or that it is to be looked again after a while. `known`: the record by now. */
export type Advance = { readonly known?: MoveRecord } & (
  | { readonly to: MoveRecord }
  | { readonly end: MoveEnding }
  | { readonly wait: Duration; readonly why?: string }
);

const RETRY = seconds(2);
/** Many nodes may wait for their turn at one time, and each look is a question to the API server. */
const LOOK_EVERY = seconds(10);
/** Draino's: between the announcement of a drain and its start, for whoever looks at the condition. */
const NOTICE = seconds(11);
/** What holds a drain whose time has come is asked about again after this. */
const HELD = seconds(20);

const ending = (given: Omit<MoveEnding, 'at'>, at: Instant): Advance => ({ end: { ...given, at } });

/** `interrupted`: it was no attempt, and may be tried again. */
const putOff = (message: string, at: Instant): Advance =>
  ending({ outcome: 'interrupted', message, mark: 'Cancelled', uncordon: false }, at);
const fail = (message: string, uncordon: boolean, at: Instant): Advance =>
  ending({ outcome: 'failed', message, mark: 'Failed', uncordon }, at);

/** Nothing is cordoned that cannot be drained, and no more nodes than the operator can spare. */
export async function beginStage(record: MoveRecord, node: Node, parts: MoveParts): Promise<Advance> {
  const { clock, order } = parts;
  const { uid } = node.metadata;
  const known = { ...record, ...(uid === undefined ? {} : { uid }) };
  const isOurs = cordonOf(node, record) === 'ours';
  if (order.verb === 'drain' && drainedAlready(node, record))
    return ending(
      { outcome: 'refused', message: 'the node is drained already', mark: 'Completed', uncordon: false },
      clock.now(),
    );
  if (order.verb === 'drain' && !order.settings.partial) {
    const staying = await stayingPods(parts);
    if (typeof staying === 'string') return { wait: RETRY, why: staying };
    if (staying.length > 0) return fail(`${describeStaying(staying)}: nothing was moved`, order.last, clock.now());
  }
  // By a rung before this one, or by a drain that failed: there is nothing to be said of it again.
  if (isOurs && node.metadata.annotations?.[MOVED_FOR] === record.incident) return { to: { ...known, stage: 'cordoned' } };
  const room = isOurs ? undefined : await cordonRoom(parts, node);
  if (room !== undefined) return putOff(holdInWords(room), clock.now());
  return { to: { ...known, stage: 'cordoning' } };
}

async function judgeCordon(written: Written, record: MoveRecord, parts: MoveParts): Promise<Advance> {
  if (written === 'again') return { wait: 0 };
  if (written === 'done') {
    await sayEvent(parts, { reason: 'CordonSucceeded', message: 'Cordoned node' });
    return { to: { ...record, stage: 'cordoned' } };
  }
  const { message, code } = written.failure;
  if (code === undefined || code >= 500 || code === 429) return { wait: RETRY, why: message };
  await sayEvent(parts, { reason: 'CordonFailed', message: `Cordoning failed: ${message}` });
  return fail(`the node could not be cordoned: ${message}`, false, parts.clock.now());
}

export async function cordonStage(record: MoveRecord, node: Node, parts: MoveParts): Promise<Advance> {
  const isDone = cordonOf(node, record) === 'ours' && node.metadata.annotations?.[MOVED_FOR] === record.incident;
  if (!isDone) await sayEvent(parts, { reason: 'CordonStarting', message: 'Cordoning node' });
  return await judgeCordon(isDone ? 'done' : await writeCordon(parts, node), record, parts);
}

/** Says when, on the Node and by an event; `when` may be another than before. */
async function announce(record: MoveRecord, when: Instant, parts: MoveParts): Promise<Advance> {
  // Written down first: an announcement that nobody remembers would never be taken back.
  const next: MoveRecord = { ...record, scheduledFor: when, announced: true };
  await parts.records.save(next);
  const written = await writeSchedule(parts, { when });
  if (!written.ok) {
    const { message, code } = written.failure;
    if (code === undefined || code === 409 || code === 429 || code >= 500) return { wait: RETRY, why: message, known: next };
    const why = `the condition DrainScheduled could not be written: ${message}`;
    return { ...fail(why, parts.order.last, parts.clock.now()), known: { ...next, announced: false } };
  }
  const text = new Date(when).toISOString();
  await sayEvent(parts, { reason: 'DrainScheduled', message: `Will drain node after ${text}`, key: text });
  return { to: { ...next, stage: 'scheduled' } };
}

export async function scheduleStage(record: MoveRecord, node: Node, parts: MoveParts): Promise<Advance> {
  const { clock, order } = parts;
  if (order.verb === 'cordon')
    return ending({ outcome: 'succeeded', message: 'cordoned', mark: 'Completed', uncordon: false }, clock.now());
  // Announced before we were killed, or before the API server was away: the same time.
  if (record.announced === true && record.scheduledFor !== undefined) return await announce(record, record.scheduledFor, parts);
  const next = await nextStart(parts, groupOfNode(parts, node));
  if ('failure' in next) return { wait: RETRY, why: `Leases of the namespace nodemend: ${next.failure.message}` };
  return await announce(record, Math.max(next.from, clock.now() + NOTICE), parts);
}

const held = (holds: readonly Hold[], { random }: MoveParts): Advance => ({
  wait: HELD * (0.75 + 0.5 * random()),
  why: holds.map(holdInWords).join('; '),
});

/** The time has come: everything is looked at once more, and the turn is taken. */
export async function startStage(
  record: MoveRecord,
  { node, trouble }: { readonly node: Node; readonly trouble: 'stands' | 'over' | 'unknown' },
  parts: MoveParts,
): Promise<Advance> {
  const { clock } = parts;
  const left = (record.scheduledFor ?? 0) - clock.now();
  if (left > 0) return { wait: left > 3 * LOOK_EVERY ? LOOK_EVERY : Math.min(left, RETRY) };
  if (trouble !== 'stands') return { wait: RETRY, why: 'the agent does not say whether it is still needed' };
  const before = await holdsNow(parts, node);
  if (before.length > 0) return held(before, parts);
  // Asking took its time: who took the node in hand meanwhile finds no place taken for it.
  const seen = await look(parts);
  if (typeof seen === 'string') return { wait: RETRY, why: seen };
  const stop = standDown(parts.order, record, seen);
  if (stop !== undefined) return { end: stop };
  const holds = await takeTurn(parts, node);
  if (holds.length > 0) return held(holds, parts);
  const begun = await beginDrain(parts, groupOfNode(parts, node));
  if (begun === 'begun') return { to: { ...record, stage: 'draining', startedAt: clock.now() } };
  // Nobody waits behind one who waits himself.
  await release(parts);
  if ('failure' in begun) return { wait: RETRY, why: `Leases of the namespace nodemend: ${begun.failure.message}` };
  return await announce(record, begun.from, parts);
}

/** So long it may be kept from going on before it is put off. */
export const LONGEST_HOLD: Duration = minutes(30);

export const putOffHeld = (why: string, at: Instant): Advance => putOff(`held for too long: ${why}`, at);

import { enter, type MaintainRecord, nextStage, overruled, type Stage } from '../../lib/maintain/record.ts';
import { commandStage } from './command-stage.ts';
import type { MaintainHands } from './hands.ts';
import { rebootStage } from './reboot-stage.ts';
import { type StageEnd, safePoint, type WorkOptions } from './stage.ts';

export interface MaintainEnd {
  readonly kind: 'done' | 'aborted' | Exclude<StageEnd['kind'], 'next'>;
  readonly stage: Stage;
  readonly why: string;
}

async function drainStage(record: MaintainRecord, hands: MaintainHands, { signal }: WorkOptions): Promise<StageEnd> {
  const drained = await hands.drain(record, signal);
  if (signal.aborted) return { kind: 'interrupted' };
  if (drained.kind !== 'done') return drained;
  const seen = await hands.node(record);
  if (seen.kind === 'unseen') return { kind: 'stopped', why: seen.why };
  const node = seen.kind === 'absent' ? 'absent' : seen.node;
  const why = overruled(node, record);
  if (why !== undefined || node === 'absent') return { kind: 'overruled', why: why ?? '' };
  return { kind: 'next', record: { ...record, cordon: node.owner === record.order.owner ? 'ours' : 'theirs' } };
}

async function validateStage(record: MaintainRecord, hands: MaintainHands, { signal }: WorkOptions): Promise<StageEnd> {
  const over = await safePoint(record, hands);
  if (over?.kind === 'overruled') return over;
  const validated = await hands.validate(record, signal);
  if (signal.aborted) return { kind: 'interrupted' };
  // Who uncordoned meanwhile did not wait for our verdict.
  const then = await safePoint(record, hands);
  if (then?.kind === 'overruled') return then;
  return validated.kind === 'done' ? { kind: 'next', record } : validated;
}

const LEFT: Readonly<Record<string, string>> = {
  lifted: 'the node is uncordoned',
  open: 'the node is not cordoned any more',
  absent: 'the Node was deleted',
};

async function uncordonStage(record: MaintainRecord, hands: MaintainHands, { say }: WorkOptions): Promise<StageEnd> {
  // A cordon that stood before is not lifted by it; of what a surge has left there may be something all the same.
  const answer = await hands.uncordon(record);
  if (answer.kind === 'failed') return { kind: 'stopped', why: answer.why };
  const stays = record.cordon === 'theirs' ? ', as it was before' : ': somebody else has cordoned it';
  say(answer.kind === 'theirs' ? `the node stays cordoned${stays}` : (LEFT[answer.kind] ?? ''));
  return { kind: 'next', record };
}

function perform(record: MaintainRecord, hands: MaintainHands, options: WorkOptions): Promise<StageEnd> {
  switch (record.stage) {
    case 'drain':
      return drainStage(record, hands, options);
    case 'command':
      return commandStage(record, hands, options);
    case 'reboot':
      return rebootStage(record, hands, options);
    case 'validate':
      return validateStage(record, hands, options);
    case 'uncordon':
      return uncordonStage(record, hands, options);
  }
}

/** Nothing of it is left: not the journal, and before that not the unit that would go on with it. */
export async function close(hands: MaintainHands, record: MaintainRecord): Promise<void> {
  await hands.disarm();
  await hands.journal.clear();
  await hands.command.clean(record).catch(() => undefined);
}

async function end(
  record: MaintainRecord,
  hands: MaintainHands,
  stageEnd: Exclude<StageEnd, { kind: 'next' }>,
): Promise<MaintainEnd> {
  const { stage } = record;
  const why = 'why' in stageEnd ? stageEnd.why : '';
  if (stageEnd.kind === 'overruled') await close(hands, record);
  if (stageEnd.kind === 'stopped' || stageEnd.kind === 'waiting') {
    const stopped = { why, at: hands.now(), waiting: stageEnd.kind === 'waiting' };
    const known = 'record' in stageEnd && stageEnd.record !== undefined ? stageEnd.record : record;
    await hands.journal.write({ ...known, stopped });
  }
  return { kind: stageEnd.kind, stage, why };
}

/** Who does the work on another host may reboot it at once: what counts is that it was drained before. */
async function bootAt({ order, boot }: MaintainRecord, next: Stage, hands: MaintainHands): Promise<string> {
  return next === 'reboot' && !order.here && boot !== '' ? boot : await hands.boot();
}

/** The journal first, then the stage; until the last one, or the first that does not come to its end. */
export async function carryOn(from: MaintainRecord, hands: MaintainHands, options: WorkOptions): Promise<MaintainEnd> {
  let record = from;
  await hands.journal.write(record);
  for (;;) {
    const { stage, order } = record;
    if (options.signal.aborted) return { kind: 'interrupted', stage, why: '' };
    options.enter(stage);
    const result = await perform(record, hands, options);
    if (result.kind !== 'next') return await end(record, hands, result);
    const next = nextStage(stage, order);
    if (next === undefined) {
      await close(hands, record);
      return { kind: 'done', stage, why: '' };
    }
    record = enter(result.record, next, await bootAt(record, next, hands));
    await hands.journal.write(record);
  }
}

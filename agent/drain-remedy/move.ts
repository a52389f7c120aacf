import { standDown } from '../../lib/drain-remedy/stand-down.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { drainStage } from './drain-stage.ts';
import { finish } from './finish.ts';
import { giveBack } from './give-back.ts';
import { look } from './look.ts';
import type { MoveParts } from './parts.ts';
import { type Advance, beginStage, cordonStage, LONGEST_HOLD, putOffHeld, scheduleStage, startStage } from './stages.ts';

const BLIND = seconds(2);
const LONGEST_BLIND: Duration = minutes(30);

/** Since when it has stood in one place, and why. */
interface Patience {
  blindSince: Duration | undefined;
  heldSince: Duration | undefined;
}

async function advance(record: MoveRecord, parts: MoveParts): Promise<Advance | { readonly blind: string }> {
  const seen = await look(parts);
  if (typeof seen === 'string') return { blind: seen };
  if (record.verb === 'uncordon') return giveBack(record, seen, parts);
  const stop = standDown(parts.order, record, seen);
  if (stop !== undefined) return { end: stop };
  const { node, trouble } = seen;
  if (node === undefined) return { blind: 'no Node' };
  switch (record.stage) {
    case 'begun':
      return await beginStage(record, node, parts);
    case 'cordoning':
      return await cordonStage(record, node, parts);
    case 'cordoned':
      return await scheduleStage(record, node, parts);
    case 'scheduled':
      return await startStage(record, { node, trouble }, parts);
    default:
      return { end: await drainStage(record, parts) };
  }
}

const isTired = (since: Duration | undefined, now: Duration, most: Duration) => since !== undefined && now - since >= most;

/** The same step, but for one that has kept it for too long. */
function patiently(next: Advance | { readonly blind: string }, patience: Patience, { clock }: MoveParts): Advance {
  const now = clock.monotonic();
  if ('blind' in next) {
    patience.blindSince ??= now;
    const isOver = isTired(patience.blindSince, now, LONGEST_BLIND);
    return isOver ? putOffHeld(next.blind, clock.now()) : { wait: BLIND, why: next.blind };
  }
  patience.blindSince = undefined;
  if (!('wait' in next) || next.why === undefined) {
    patience.heldSince = undefined;
    return next;
  }
  patience.heldSince ??= now;
  return isTired(patience.heldSince, now, LONGEST_HOLD) ? putOffHeld(next.why, clock.now()) : next;
}

function withHeld({ held: _, ...record }: MoveRecord, held: string | undefined): MoveRecord {
  return held === undefined ? record : { ...record, held };
}

/** One step, and what is known after it on disk. */
async function step(record: MoveRecord, parts: MoveParts, patience: Patience): Promise<MoveRecord> {
  const { clock, records, log } = parts;
  if (record.stage === 'ending') {
    const ended = await finish(record, parts);
    await records.save(ended);
    return ended;
  }
  const next = patiently(await advance(record, parts), patience, parts);
  const known = next.known ?? record;
  if ('wait' in next) {
    const kept = withHeld(known, next.why);
    if (kept.held !== record.held) {
      if (kept.held !== undefined) log(`held: ${kept.held}`);
      await records.save(kept);
    }
    if (next.wait > 0) await clock.sleep(next.wait);
    return kept;
  }
  const after = withHeld('to' in next ? next.to : { ...known, stage: 'ending', ending: next.end }, undefined);
  await records.save(after);
  return after;
}

/** From wherever it stands to its end. Killed at any instant and begun anew, it comes to the same end. */
export async function move(parts: MoveParts): Promise<MoveRecord> {
  const { records, order } = parts;
  const { verb, action, incident, type, subject } = order;
  const about = { verb, action, incident, type, ...(subject === undefined ? {} : { subject }) };
  let record: MoveRecord = (await records.read(action)) ?? { ...about, stage: 'begun', owned: false };
  const patience: Patience = { blindSince: undefined, heldSince: undefined };
  while (record.stage !== 'ended') record = await step(record, parts, patience);
  return record;
}

import { parseObject } from '../model/json.ts';
import type { MoveOrder, MoveRecord, MoveStage } from '../model/move-work.ts';

const STAGES: readonly string[] = [
  'begun',
  'cordoning',
  'cordoned',
  'scheduled',
  'draining',
  'ending',
  'ended',
] satisfies readonly MoveStage[];

const areTexts = (...values: readonly unknown[]) => values.every((value) => typeof value === 'string' && value !== '');

/** Undefined: none of ours; the files are written whole, so that half of one is a disk's doing. */
export function parseRecord(text: string): MoveRecord | undefined {
  const record = parseObject(text);
  if (record === undefined || !areTexts(record.action, record.incident, record.verb, record.type)) return undefined;
  return STAGES.includes(String(record.stage)) ? (record as unknown as MoveRecord) : undefined;
}

export function parseOrder(text: string): MoveOrder | undefined {
  const order = parseObject(text);
  if (order === undefined || !areTexts(order.action, order.incident, order.verb, order.node, order.recordFile)) return undefined;
  return order as unknown as MoveOrder;
}

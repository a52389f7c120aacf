import type { MaintainRecord } from '../../lib/maintain/record.ts';
import type { CommandContext } from '../command.ts';
import type { MaintainHands } from './hands.ts';
import { invalid, type Operands, toOrder } from './order.ts';
import type { MaintainPlaces } from './places.ts';
import { openRecord, refused } from './run.ts';
import { journalAt, type Session } from './session.ts';

export interface Target {
  readonly node: string;
  readonly here: boolean;
  readonly places: MaintainPlaces;
}

export type SessionOf = (order: MaintainRecord['order']) => Promise<Session>;

const isOpen = ({ order, stage }: MaintainRecord): string => {
  const again = `nodemend maintain${order.here ? '' : ` ${order.node}`}`;
  return `a maintenance of ${order.node} is open, in the stage ${stage}: ${again} --resume goes on, ${again} --abort gives it up`;
};

/** Of a name that was mistyped no maintenance is left open. */
async function mustBeThere(order: MaintainRecord['order'], hands: MaintainHands): Promise<void> {
  const seen = await hands.node({ order, stage: 'drain', boot: '' });
  if (seen.kind === 'absent') throw refused(`there is no Node ${order.node}`);
  if (seen.kind === 'unseen') throw refused(`not begun: ${seen.why}`);
}

/** The first record of a maintenance; throws where it may not be begun, and then nothing of it is left. */
export async function begin(
  { options }: CommandContext,
  operands: Operands,
  target: Target,
  session: SessionOf,
): Promise<MaintainRecord> {
  const open = await openRecord({ journal: journalAt(target.places) });
  if (open !== undefined) throw refused(isOpen(open));
  if (!target.here && operands.command.length > 0) {
    throw invalid(`COMMAND runs on this host, and ${target.node} is another: run nodemend there, or do the work there by hand`);
  }
  const order = toOrder(options, operands, target);
  const { hands, against } = await session(order);
  await mustBeThere(order, hands);
  const reasons = options['ignore-blockers'] === true ? [] : await against();
  if (reasons.length > 0) throw refused(`not begun: ${reasons.join('; ')} (--ignore-blockers begins all the same)`);
  return { order, stage: 'drain', boot: await hands.boot() };
}

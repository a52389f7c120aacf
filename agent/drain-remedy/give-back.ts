import { type Circumstances, cordonOf } from '../../lib/drain-remedy/stand-down.ts';
import type { MoveEnding, MoveRecord } from '../../lib/model/move-work.ts';
import type { MoveParts } from './parts.ts';
import type { Advance } from './stages.ts';

/** Lifts our cordon once what it was for is over; by the agent's word of this moment, and by nobody's where it is not ours. */
export function giveBack(
  record: MoveRecord,
  { node, trouble, held, other }: Circumstances,
  { clock, order }: MoveParts,
): Advance {
  const end = (outcome: MoveEnding['outcome'], message: string, uncordon: boolean): Advance => ({
    end: { outcome, message, mark: 'Cancelled', uncordon, at: clock.now() },
  });
  if (node === undefined) return end('refused', 'the Node is gone', false);
  if (cordonOf(node, record) !== 'ours') return end('refused', 'the node is not cordoned by this agent', false);
  if (held !== undefined) return end('interrupted', held, false);
  if (other !== undefined) return end('interrupted', other, false);
  if (trouble === 'stands') return end('interrupted', `${order.reason} is back`, false);
  if (trouble === 'unknown') return end('interrupted', 'the agent does not say whether it is over', false);
  return end('succeeded', 'uncordoned', true);
}

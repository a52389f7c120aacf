import type { Node } from '../drain/objects.ts';
import { parseDrainCondition, standsFor } from '../model/drain-condition.ts';
import type { MoveOrder } from '../model/move-work.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Duration, type Instant, seconds } from '../model/units.ts';

/** The agent writes it every 10 s, and at once when something changed. */
const FRESH: Duration = seconds(60);

export type Trouble = 'stands' | 'over' | 'unknown';

type Status = Pick<Snapshot, 'time' | 'problems'>;

/** By the agent's own status: what is not in it any more is over, what is clearing is not decided. */
export function troubleBy(status: Status | undefined, { type, subject }: MoveOrder, now: Instant): Trouble {
  const age = now - Date.parse(status?.time ?? '');
  // One that is ahead was written before the clock was set back.
  if (status === undefined || Number.isNaN(age) || Math.abs(age) > FRESH) return 'unknown';
  const problem = status.problems.find((one) => one.type === type && one.subject === subject);
  if (problem === undefined) return 'over';
  return problem.state === 'active' ? 'stands' : 'unknown';
}

/** Of a condition the Node itself tells, and better than any memory of it. */
function byCondition(node: Node, text: string, now: Instant): Trouble {
  const wanted = parseDrainCondition(text);
  if (wanted === undefined) return 'unknown';
  const conditions = (node.status?.conditions ?? []).map(({ type, status, lastTransitionTime }) => {
    const since = Date.parse(lastTransitionTime ?? '');
    return { type, status, ...(Number.isNaN(since) ? {} : { since }) };
  });
  return standsFor(wanted, conditions, now) === undefined ? 'over' : 'stands';
}

export function troubleOf(node: Node | undefined, status: Status | undefined, order: MoveOrder, now: Instant): Trouble {
  if (order.condition !== undefined && node !== undefined) return byCondition(node, order.condition, now);
  return troubleBy(status, order, now);
}

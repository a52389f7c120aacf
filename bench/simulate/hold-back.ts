import { nextPause } from '../../lib/policy/fleet-pause.ts';
import { type Answer, NOBODY } from './asks.ts';
import { type Context, EVENT, step } from './context.ts';
import { renewSoon } from './reports.ts';
import { NEVER, type VirtualNode } from './virtual-node.ts';

const UNASKED: Answer['holds'] = [{ id: 'api-server', why: '' }];

export function release(context: Context, node: VirtualNode): void {
  if (!node.claims) return;
  node.claims = false;
  renewSoon(context, node);
}

/** So long until it asks again. */
export function holdBack(context: Context, node: VirtualNode, { holds, view }: Answer): void {
  const { random, tally } = context;
  tally.now.heldByBreaker += holds.some(({ id }) => id === 'fleet-breaker') ? 1 : 0;
  tally.now.heldByBudget += holds.some(({ id }) => id === 'fleet-budget') ? 1 : 0;
  release(context, node);
  node.held++;
  const isOpen = holds.some(({ id }) => id === 'fleet-breaker');
  if (isOpen || view === undefined) node.waitsSince = NEVER;
  else if (node.waitsSince === NEVER) node.waitsSince = context.now;
  node.pause = nextPause(
    node.pause === 0 ? undefined : node.pause,
    view ?? { others: NOBODY, complete: true },
    view === undefined ? UNASKED : holds,
  );
  step(context, node, EVENT.consider, node.pause * (0.75 + 0.5 * random.next()));
}

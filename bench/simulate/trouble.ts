import type { Duration } from '../../lib/model/units.ts';
import { type Context, EVENT, enter, step } from './context.ts';
import { faultOf, incidentOf } from './policy.ts';
import { renewSoon, reportSoon } from './reports.ts';
import { NEVER, type Trouble, type VirtualNode } from './virtual-node.ts';

/** `lasts`: it heals by itself after that. */
export function befall(context: Context, node: VirtualNode, trouble: Trouble, lasts?: Duration): void {
  if (node.trouble !== undefined || node.acting) return;
  const { now, queue, random } = context;
  node.trouble = trouble;
  node.began = now;
  context.invariants.broke(node, now);
  enter(context, node, 'suspected');
  node.foundAt = now + trouble.found * random.between(0.5, 1);
  queue.add(node.foundAt, EVENT.found, node.index);
  if (lasts === undefined) return;
  node.healsAt = now + lasts;
  queue.add(node.healsAt, EVENT.heals, node.index);
}

/** Its check is certain: an incident, a report, a Lease that tells the others, and a decision. */
export function found(context: Context, node: VirtualNode): void {
  if (node.trouble === undefined || node.active) return;
  node.active = true;
  node.incident++;
  node.pause = 0;
  const { type, reason, severity, message, evidence } = faultOf(node);
  context.policy.note(
    node,
    { kind: 'opened', incident: incidentOf(node), type, reason, severity, message, evidence },
    context.now,
  );
  enter(context, node, 'held');
  reportSoon(context, node);
  renewSoon(context, node);
  step(context, node, EVENT.consider, 0);
}

/** `nodemend reset breaker`, by a person who has looked at it. */
export function resetBreaker(context: Context, node: VirtualNode): void {
  if (!node.active || node.acting || node.phase === 'given up') return;
  node.resetAt = context.now;
  context.policy.note(node, { kind: 'reset', of: 'breaker', by: 'operator' }, context.now);
  step(context, node, EVENT.consider, 0);
}

/** What was begun goes on to its end. */
export function heal(context: Context, node: VirtualNode, by: 'cured' | 'healed'): void {
  if (node.trouble === undefined && !node.active) return;
  node.trouble = undefined;
  node.healsAt = NEVER;
  node.foundAt = NEVER;
  if (node.acting) return;
  const wasActive = node.active;
  node.active = false;
  node.drained = false;
  node.waitsSince = NEVER;
  node.stepAt = NEVER;
  node.quietSince = context.now;
  enter(context, node, 'healthy');
  if (!wasActive) return;
  context.tally.now[by]++;
  context.policy.note(node, { kind: 'closed', incident: incidentOf(node), healedBy: by }, context.now);
  node.claims = false;
  renewSoon(context, node);
  reportSoon(context, node);
}

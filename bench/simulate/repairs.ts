import { isDisruptive } from '../../lib/model/disruption.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { nextPause } from '../../lib/policy/fleet-pause.ts';
import { askOthers, NOBODY, remedyOf } from './asks.ts';
import { type Context, EVENT, enter, step } from './context.ts';
import { incidentOf } from './policy.ts';
import { renewSoon, reportSoon, writeLease } from './reports.ts';
import { heal } from './trouble.ts';
import { NEVER, type VirtualNode } from './virtual-node.ts';

const UNASKED = [{ id: 'api-server', why: '' } as const];
/** How often a node whose own guards hold looks again, and one that could not ask the others. */
const REST = seconds(30);
/** A check that does not pass after a remedy is waited for so long. */
const SETTLE = seconds(60);

const LASTS: Readonly<Record<string, readonly [Duration, Duration]>> = {
  'restart-runtime': [seconds(2), seconds(15)],
  'restart-kubelet': [seconds(2), seconds(45)],
  drain: [seconds(40), minutes(12)],
  reboot: [minutes(1.5), minutes(6)],
};

function release(context: Context, node: VirtualNode): void {
  if (!node.claims) return;
  node.claims = false;
  renewSoon(context, node);
}

function giveUp(context: Context, node: VirtualNode, tried: readonly string[]): void {
  node.stepAt = NEVER;
  if (node.phase === 'given up') return;
  enter(context, node, 'given up');
  context.tally.now.givenUp++;
  context.policy.note(node, { kind: 'exhausted', incident: incidentOf(node), tried }, context.now);
  reportSoon(context, node);
}

/** The agent's decision, on what the node itself knows. */
export function consider(context: Context, node: VirtualNode): void {
  if (!node.active) return;
  if (context.sabotage === 'forgets' && node.held >= 3) {
    node.stepAt = NEVER;
    return;
  }
  const decision = context.policy.decide(node, context.now);
  if (decision.kind === 'act') {
    node.remedy = decision.remedy.id;
    step(context, node, node.claims ? EVENT.claim : EVENT.read, context.api.latency());
    return;
  }
  release(context, node);
  if (decision.kind === 'exhausted') giveUp(context, node, decision.tried);
  else if (decision.kind === 'hold') step(context, node, EVENT.consider, REST);
  else node.stepAt = NEVER;
}

/** Told before asking: of two nodes that begin at once, the later one sees the other. */
export function claim(context: Context, node: VirtualNode): void {
  node.claims = true;
  node.leaseChanges++;
  if (writeLease(context, node)) {
    if (node.renewAt === NEVER) renewSoon(context, node);
    step(context, node, EVENT.read, context.api.latency());
    return;
  }
  release(context, node);
  step(context, node, EVENT.consider, REST);
}

export function read(context: Context, node: VirtualNode): void {
  const { random, tally } = context;
  const { holds, view } = askOthers(context, node);
  if (holds.length === 0) {
    // Who has to wait writes nothing; who need not says so, and looks once more.
    if (isDisruptive(remedyOf(node).disruption) && !node.claims) step(context, node, EVENT.claim, context.api.latency());
    else begin(context, node, view !== undefined);
    return;
  }
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

function endWait({ now, tally }: Context, node: VirtualNode): void {
  if (node.waitsSince === NEVER) return;
  const waited = now - node.waitsSince;
  tally.now.turns++;
  tally.now.waited += waited;
  tally.longest = Math.max(tally.longest, waited);
  node.waitsSince = NEVER;
}

function begin(context: Context, node: VirtualNode, isAnswered: boolean): void {
  const { api, invariants, now, policy, random, tally } = context;
  if (node.trouble === undefined) return;
  const remedy = remedyOf(node);
  node.pause = 0;
  node.held = 0;
  endWait(context, node);
  node.acting = true;
  invariants.begins(node, remedy, isAnswered ? api.leases.values() : undefined, now);
  const disruptive = isDisruptive(remedy.disruption);
  tally.now.begun++;
  tally.now.begunDisruptive += disruptive ? 1 : 0;
  enter(context, node, disruptive ? 'disrupted' : 'repaired');
  const incident = incidentOf(node);
  const { type } = node.trouble;
  const intent = { action: `${incident}-${now}`, type, rung: 0, disruption: remedy.disruption, plan: [{}], by: 'agent' } as const;
  policy.note(node, { kind: 'intent', incident, remedy: remedy.id, ...intent }, now);
  reportSoon(context, node);
  const [least, most] = LASTS[remedy.id] ?? [seconds(1), seconds(10)];
  step(context, node, EVENT.ends, random.between(least, most));
}

/** A drain cures nothing, and makes the next rung possible; whatever else was done, its check has the last word. */
export function ends(context: Context, node: VirtualNode): void {
  const { invariants, now, policy, random } = context;
  const remedy = node.remedy ?? '';
  node.acting = false;
  invariants.ends(node);
  if (remedy === 'drain') node.drained = true;
  if (remedy === 'reboot') {
    [node.drained, node.bootedAt] = [false, now];
    node.boots++;
  }
  const { trouble } = node;
  const isOver = trouble === undefined || (trouble.imagined !== true && random.chance(trouble.cures[remedy] ?? 0));
  const outcome = isOver ? 'succeeded' : 'failed';
  const incident = incidentOf(node);
  policy.note(node, { kind: 'outcome', action: `${incident}-${now}`, incident, remedy, outcome, message: '' }, now);
  if (isOver) {
    release(context, node);
    heal(context, node, 'cured');
    return;
  }
  enter(context, node, 'held');
  step(context, node, EVENT.consider, remedy === 'drain' ? seconds(1) : SETTLE);
}

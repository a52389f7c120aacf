import { isDisruptive } from '../../lib/model/disruption.ts';
import { seconds } from '../../lib/model/units.ts';
import { awaitCompany } from '../../lib/policy/second-look.ts';
import { type Answer, askBreaker, askOthers, remedyOf } from './asks.ts';
import { begin } from './begin.ts';
import { type Context, EVENT, enter, step } from './context.ts';
import { holdBack, release } from './hold-back.ts';
import { incidentOf } from './policy.ts';
import { renewSoon, reportSoon, writeLease } from './reports.ts';
import { heal } from './trouble.ts';
import { NEVER, type VirtualNode } from './virtual-node.ts';

/** How often a node whose own guards hold looks again, and one that could not ask the others. */
const REST = seconds(30);
/** A check that does not pass after a remedy is waited for so long. */
const SETTLE = seconds(60);
/** Evidence is bounded by 3 s; of what hangs it takes most of that. */
const EVIDENCE = [seconds(0.5), seconds(2.5)] as const;

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
  const { holds, view } = askOthers(context, node);
  if (holds.length === 0) {
    // Who has to wait writes nothing; who need not says so, and looks once more.
    if (isDisruptive(remedyOf(node).disruption) && !node.claims) step(context, node, EVENT.claim, context.api.latency());
    else letGo(context, node, view);
    return;
  }
  holdBack(context, node, { holds, view });
}

/** What the agent does between its decision and the first step: plan, intent, evidence. */
function letGo(context: Context, node: VirtualNode, view: Answer['view']): void {
  const { random, sabotage } = context;
  if (view === undefined || sabotage === 'hasty' || node.trouble?.dead === true) begin(context, node, view !== undefined);
  else {
    node.company = undefined;
    step(context, node, EVENT.again, random.between(...EVIDENCE));
  }
}

/** Right before the first step: whether the breaker has opened since, or may be about to. */
export function lookAgain(context: Context, node: VirtualNode): void {
  if (!node.active) return;
  const { opens, view } = askBreaker(context, node);
  if (opens !== undefined) {
    holdBack(context, node, { holds: [opens], view });
    return;
  }
  const next = view === undefined ? undefined : awaitCompany(view, context.now - node.began, node.company);
  if (next === undefined) begin(context, node, view !== undefined);
  else {
    node.company = next.company;
    step(context, node, EVENT.again, next.wait);
  }
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

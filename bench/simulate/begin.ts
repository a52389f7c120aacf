import { isDisruptive } from '../../lib/model/disruption.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { remedyOf } from './asks.ts';
import { type Context, EVENT, enter, step } from './context.ts';
import { incidentOf } from './policy.ts';
import { reportSoon } from './reports.ts';
import { NEVER, type VirtualNode } from './virtual-node.ts';

const LASTS: Readonly<Record<string, readonly [Duration, Duration]>> = {
  'restart-runtime': [seconds(2), seconds(15)],
  'restart-kubelet': [seconds(2), seconds(45)],
  drain: [seconds(40), minutes(12)],
  reboot: [minutes(1.5), minutes(6)],
};

function endWait({ now, tally }: Context, node: VirtualNode): void {
  if (node.waitsSince === NEVER) return;
  const waited = now - node.waitsSince;
  tally.now.turns++;
  tally.now.waited += waited;
  tally.longest = Math.max(tally.longest, waited);
  node.waitsSince = NEVER;
}

export function begin(context: Context, node: VirtualNode, isAnswered: boolean): void {
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

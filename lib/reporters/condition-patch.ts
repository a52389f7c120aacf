import type { NodeCondition, NodeStatus } from '../kube/node-status.ts';
import { toSeconds } from '../model/time-text.ts';
import { type Instant, minutes } from '../model/units.ts';
import type { Condition, Wish } from './conditions.ts';

/** Three missed heartbeats of somebody who writes every five minutes, as node-problem-detector and the kubelet do. */
const ABANDONED = minutes(15);

/** The kubelet's own: never ours, whatever an annotation says. */
const BUILT_IN = new Set(['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable', 'OutOfDisk']);

/** What this agent wrote last, by type. */
export type Written = ReadonlyMap<string, Condition>;

/** What this agent said of its conditions. `unsure`: in a write that nobody answered, and that may have been heard. */
export interface OwnWords {
  readonly written: Written;
  readonly unsure: Written;
}

const wholeSecond = (instant: Instant | undefined) => (instant === undefined ? undefined : Math.floor(instant / 1000));

function isSame(condition: NodeCondition, { status, reason, message }: Condition): boolean {
  return condition.status === status && condition.reason === reason && condition.message === message;
}

/** Written by this agent, or by the one before it: then it is listed in the report, and nobody has touched it since. */
function isOurs(condition: NodeCondition, { report }: NodeStatus, { written, unsure }: OwnWords): boolean {
  if (BUILT_IN.has(condition.type)) return false;
  // A heartbeat of ours for a condition that somebody had deleted leaves no status.
  if (condition.status === '') return true;
  const maybe = unsure.get(condition.type);
  if (maybe !== undefined && isSame(condition, maybe)) return true;
  const last = written.get(condition.type);
  if (last !== undefined) return isSame(condition, last);
  return report.conditions.includes(condition.type) && wholeSecond(condition.heartbeatAt) === wholeSecond(report.at);
}

export interface Ownership {
  readonly ours: ReadonlySet<string>;
  /** Types that somebody else keeps alive. */
  readonly foreign: ReadonlySet<string>;
}

export function ownershipOf(node: NodeStatus, own: OwnWords, now: Instant): Ownership {
  const ours = new Set<string>();
  const foreign = new Set<string>();
  for (const condition of node.conditions.values()) {
    const { type, heartbeatAt } = condition;
    if (isOurs(condition, node, own)) ours.add(type);
    else if (BUILT_IN.has(type) || (heartbeatAt !== undefined && now - heartbeatAt < ABANDONED)) foreign.add(type);
  }
  return { ours, foreign };
}

/** What the Node says for these types. */
export function wordsOf({ conditions }: NodeStatus, types: ReadonlySet<string>): Written {
  const found = [...conditions.values()].filter(({ type, status }) => types.has(type) && status !== '');
  return new Map(
    found.map(({ type, status, reason, message }) => [type, { type, status: status as Condition['status'], reason, message }]),
  );
}

/** An element of status.conditions in a strategic merge patch. */
export type ConditionChange =
  | { readonly type: string; readonly $patch: 'delete' }
  | (Partial<Condition> & {
      readonly type: string;
      readonly lastHeartbeatTime: string;
      readonly lastTransitionTime?: string;
    });

export interface ConditionPlan {
  readonly changes: readonly ConditionChange[];
  /** What is written after it, ours alone. */
  readonly written: Written;
  /** Type and status of what changes for others; empty: nothing but heartbeats. */
  readonly moves: readonly string[];
  /** Some type is left to another writer, who may fall silent. */
  readonly yields: boolean;
}

/** What the wish comes to, given what the server has; undefined: left as it is. */
function resolve(wish: Wish, current: NodeCondition | undefined, ours: boolean, written: Written): Condition | undefined {
  if (wish.kind === 'set') return wish.condition;
  const stays = ours && current !== undefined && current.status !== '';
  if (wish.kind === 'keep' && !stays) return undefined;
  if (wish.kind === 'unless-true' && !(stays && current.status === 'True')) return wish.condition;
  if (!stays) return undefined;
  const { type, status, reason, message } = current;
  return written.get(type) ?? { type, status: status as Condition['status'], reason, message };
}

/** Heartbeats alone for what is the same: so the answer still shows what another writer made of it. */
export function planConditions(
  wishes: ReadonlyMap<string, Wish>,
  node: NodeStatus,
  { ours, foreign }: Ownership,
  written: Written,
  now: Instant,
): ConditionPlan {
  const lastHeartbeatTime = toSeconds(now);
  const next = new Map<string, Condition>();
  const changes: ConditionChange[] = [];
  const moves: string[] = [];
  for (const [type, wish] of wishes) {
    if (foreign.has(type)) continue;
    const current = node.conditions.get(type);
    const condition = resolve(wish, current, ours.has(type), written);
    if (condition === undefined) continue;
    next.set(type, condition);
    const unchanged = current !== undefined && isSame(current, condition);
    const transition = current?.status === condition.status ? {} : { lastTransitionTime: lastHeartbeatTime };
    changes.push(unchanged ? { type, lastHeartbeatTime } : { ...condition, lastHeartbeatTime, ...transition });
    if (current?.status !== condition.status || current.reason !== condition.reason) moves.push(`${type}=${condition.status}`);
  }
  for (const type of ours) {
    if (wishes.has(type) || !node.conditions.has(type)) continue;
    changes.push({ type, $patch: 'delete' });
    moves.push(`${type}-`);
  }
  return { changes, written: next, moves, yields: [...wishes.keys()].some((type) => foreign.has(type)) };
}

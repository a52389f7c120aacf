import type { AgentConfig } from '../../lib/config/schema.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { ApiServer } from './api-server.ts';
import type { EventQueue } from './event-queue.ts';
import type { Invariants } from './invariants.ts';
import type { Policy } from './policy.ts';
import type { Random } from './random.ts';
import type { Sabotage } from './sabotage.ts';
import type { Tally } from './tally.ts';
import type { Views } from './views.ts';
import type { Phase, VirtualNode } from './virtual-node.ts';

export const EVENT = {
  found: 0,
  heals: 1,
  consider: 2,
  claim: 3,
  read: 4,
  ends: 5,
  renew: 6,
  report: 7,
  sample: 8,
  script: 9,
  again: 10,
} as const;

/** One run: everything its handlers share. */
export interface Context {
  readonly config: AgentConfig;
  readonly sabotage: Sabotage;
  readonly nodes: readonly VirtualNode[];
  readonly queue: EventQueue;
  readonly api: ApiServer;
  readonly random: Random;
  readonly policy: Policy;
  readonly invariants: Invariants;
  readonly tally: Tally;
  readonly views: Views;
  now: Duration;
}

export function enter(context: Context, node: VirtualNode, phase: Phase): void {
  context.tally.move(node.phase, phase);
  node.phase = phase;
}

/** The one next step of a node's repair; what was planned before is void. */
export function step(context: Context, node: VirtualNode, what: number, after: Duration): void {
  node.stepAt = context.now + after;
  context.queue.add(node.stepAt, what, node.index);
}

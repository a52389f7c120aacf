import type { AgentConfig } from '../../lib/config/schema.ts';
import { isDisruptive } from '../../lib/model/disruption.ts';
import type { NodeInTrouble, Share } from '../../lib/model/fleet.ts';
import type { Remedy } from '../../lib/model/remedy.ts';
import { type Duration, minutes } from '../../lib/model/units.ts';
import { WALL } from './policy.ts';
import type { Sizes } from './views.ts';
import { NEVER, type VirtualNode } from './virtual-node.ts';

export interface Violation {
  readonly at: Duration;
  readonly node: string;
  readonly what: string;
}

/** What must hold at every step, judged by other code than the agent's, from what is true and not from what a node knows. */
export interface Invariants {
  readonly violations: readonly Violation[];
  readonly disruptive: number;
  /** Something befalls it. */
  broke(node: VirtualNode, now: Duration): void;
  /** `leases`: what it could read; undefined: the API server did not answer it. */
  begins(node: VirtualNode, remedy: Remedy, leases: Iterable<NodeInTrouble> | undefined, now: Duration): void;
  /** Its disruptive work is over. */
  ends(node: VirtualNode): void;
  /** A write to its Node, one to its Lease. */
  wrote(node: VirtualNode, now: Duration): void;
  wroteLease(node: VirtualNode, now: Duration): void;
  /** At the end of the run. */
  unhealed(node: VirtualNode, now: Duration): void;
}

const MOST_KEPT = 100;
const AT_ONCE = minutes(2);

const most = ({ count, ratio }: Share, all: number) => Math.max(1, count, Math.floor(ratio * all));
const least = ({ count, ratio }: Share, all: number) => Math.max(1, count, Math.ceil(ratio * all));

export function invariantsOf(config: AgentConfig, sizes: Sizes): Invariants {
  const violations: Violation[] = [];
  const busy = new Map<number, string>();
  const attempts = new Map<string, Duration[]>();
  /** Nodes that break in one second, in the same way: how many, and how many of them have begun a remedy of their own accord. */
  const volleys = new Map<string, { size: number; begun: number }>();
  const { fleet, breaker } = config.guards;

  function broken(node: VirtualNode, at: Duration, what: string): void {
    if (violations.length < MOST_KEPT) violations.push({ at, node: node.name, what });
  }

  function checkBudget(node: VirtualNode, now: Duration): void {
    busy.set(node.index, node.zone);
    const inZone = [...busy.values()].filter((zone) => zone === node.zone).length;
    if (busy.size > most(fleet.maxConcurrent, sizes.nodes))
      broken(node, now, `${busy.size} nodes in a disruptive remedy at once`);
    if (inZone > most(fleet.perZone, sizes.zone(node.zone))) {
      broken(node, now, `${inZone} nodes of ${node.zone} in a disruptive remedy at once`);
    }
  }

  const isReset = ({ resetAt }: VirtualNode, now: Duration) => resetAt !== NEVER && now - resetAt < breaker.within;

  /** Nodes whose trouble is as old as this one's, or new, and that were heard of lately. */
  function checkBreaker(node: VirtualNode, leases: Iterable<NodeInTrouble>, now: Duration): void {
    if (node.trouble?.dead === true || isReset(node, now)) return;
    let [all, same] = [0, 0];
    for (const { node: name, since, seenAt, reason } of leases) {
      const [heard, begun] = [WALL + now - seenAt, since - WALL];
      const isTogether = Math.abs(begun - node.began) <= breaker.within || Math.abs(now - begun) <= breaker.within;
      if (name === node.name || Math.abs(heard) > breaker.within || !isTogether) continue;
      all++;
      if (reason === node.trouble?.reason) same++;
    }
    if (all >= least(breaker.unhealthy, sizes.nodes)) broken(node, now, `a remedy while ${all} others have trouble`);
    if (same >= least(breaker.sameReason, sizes.nodes))
      broken(node, now, `a remedy while ${same} others have ${node.trouble?.reason}`);
  }

  const volleyOf = ({ trouble, began, old }: VirtualNode) => `${Math.floor(began / 1000)} ${trouble?.reason} ${old}`;

  /** The first two cannot know of the others; of a larger volley a tenth. Later others may have healed, and the breaker be closed. */
  function checkVolley(node: VirtualNode, now: Duration): void {
    const volley = volleys.get(volleyOf(node));
    if (volley === undefined || volley.size <= least(breaker.sameReason, sizes.nodes)) return;
    if (now - node.began > AT_ONCE || isReset(node, now)) return;
    volley.begun++;
    if (volley.begun > Math.max(2, volley.size / 10))
      broken(node, now, `the ${volley.begun}th of ${volley.size} nodes that broke in the same second begins a remedy`);
  }

  function checkAttempts(node: VirtualNode, remedy: Remedy, now: Duration): void {
    const { attempts: allowed = 0, per = 0 } = config.remedies[remedy.id] ?? {};
    const key = `${node.index} ${remedy.id} ${node.trouble?.type}`;
    const recent = [...(attempts.get(key) ?? []).filter((at) => now - at < per), now];
    attempts.set(key, recent);
    if (recent.length > allowed) broken(node, now, `${recent.length} attempts of ${remedy.id} within ${per / 60_000} min`);
  }

  return {
    violations,
    get disruptive() {
      return busy.size;
    },
    broke(node, now) {
      const volley = volleys.get(volleyOf(node)) ?? { size: 0, begun: 0 };
      volleys.set(volleyOf(node), { ...volley, size: volley.size + 1 });
      for (const key of volleys.keys()) {
        if (Number.parseInt(key, 10) > (now - AT_ONCE) / 1000) break;
        volleys.delete(key);
      }
    },
    begins(node, remedy, leases, now) {
      checkAttempts(node, remedy, now);
      checkVolley(node, now);
      if (leases !== undefined) checkBreaker(node, leases, now);
      if (isDisruptive(remedy.disruption)) checkBudget(node, now);
    },
    ends(node) {
      busy.delete(node.index);
    },
    wrote(node, now) {
      // One in five minutes with its jitter, one for each change, and each as often again as the server refused it.
      const allowed = now / minutes(4.4) + 2 + node.changes + node.refused;
      if (node.writes > allowed) broken(node, now, `${node.writes} writes to its Node, ${Math.floor(allowed)} are its due`);
    },
    wroteLease(node, now) {
      // Renewed every three minutes with its jitter while it stands, and written for each change.
      const allowed = (now - node.leaseSince) / minutes(2.3) + 2 + node.leaseChanges;
      if (node.leaseWrites > allowed)
        broken(node, now, `${node.leaseWrites} writes to its Lease, ${Math.floor(allowed)} are its due`);
    },
    unhealed(node, now) {
      broken(node, now, `still has ${node.trouble?.reason}, which can be cured: ${node.phase}`);
    },
  };
}

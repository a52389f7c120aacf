import type { AgentConfig } from '../../lib/config/schema.ts';
import { isDisruptive } from '../../lib/model/disruption.ts';
import type { Fault } from '../../lib/model/finding.ts';
import type { FleetView, SeenFleet } from '../../lib/model/fleet.ts';
import type { Hold } from '../../lib/model/guard.ts';
import type { LedgerEntry, LedgerEvent, Moment } from '../../lib/model/incident.ts';
import type { Remedy } from '../../lib/model/remedy.ts';
import { type Duration, minutes } from '../../lib/model/units.ts';
import { attemptHistory } from '../../lib/policy/budget.ts';
import { type Decision, decide } from '../../lib/policy/decide.ts';
import { fleetBreaker } from '../../lib/policy/guards/fleet-breaker.ts';
import { fleetBudget } from '../../lib/policy/guards/fleet-budget.ts';
import { ladderOf } from '../../lib/policy/ladder.ts';
import { isBreakerReset, localBudget } from '../../lib/policy/local-budget.ts';
import { identityOf } from '../../lib/policy/track.ts';
import { problems } from '../../lib/problems/index.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import { breakerMemo } from './breaker-memo.ts';
import { claimAges, type Sabotage } from './sabotage.ts';
import type { VirtualNode } from './virtual-node.ts';

export interface Asked {
  readonly remedy: Remedy;
  readonly view: FleetView;
  /** The list is shared: what it holds is held, and what it does not is to be asked again. */
  readonly shared: boolean;
  /** The Leases with a claim, all a budget looks at. */
  readonly claims: SeenFleet['others'];
  readonly now: Duration;
}

export interface Policy {
  decide(node: VirtualNode, now: Duration): Decision;
  fleetHolds(node: VirtualNode, asked: Asked): readonly Hold[];
  note(node: VirtualNode, event: LedgerEvent, now: Duration): void;
}

export const WALL = 1_760_000_000_000;
const KEPT = minutes(90);
const EVERYWHERE = { count: 0, ratio: 1 };
const NO_MEMORY: readonly LedgerEntry[] = [];
const NOT_DRAINED: readonly Hold[] = [{ id: 'not-drained', why: 'it is not drained' }];

const momentOf = ({ boots, bootedAt }: VirtualNode, now: Duration): Moment => ({ boot: `boot-${boots}`, up: now - bootedAt });
export const incidentOf = ({ index, incident }: VirtualNode): string => `${index}-${incident}`;

export function faultOf({ trouble }: VirtualNode): Fault {
  const { type, reason } = trouble ?? { type: '', reason: '' };
  return { verdict: 'fail', type, reason, severity: 'critical', state: 'active', message: reason, evidence: [], advice: [] };
}

/** The agent's own decision on its ladder, attempts and cooldowns. */
function decideFor(config: AgentConfig, node: VirtualNode, entries: readonly LedgerEntry[], now: Duration): Decision {
  const fault = faultOf(node);
  const moment = momentOf(node, now);
  const incident = incidentOf(node);
  const since = { since: WALL + node.began, stood: now - node.began, gone: 0 };
  const standing = { identity: identityOf(fault), check: 'simulated', fault, state: 'active' as const, ...since };
  return decide(standing, {
    mode: config.mode,
    ladder: ladderOf(fault, undefined, problems, config.ladders).flatMap((id) => findRemedy(id) ?? []),
    allowance: ({ id, disruption }) => config.remedies[id] ?? { enabled: false, cooldown: 0, attempts: 0, disruption },
    history: ({ id }) => {
      const spender = { type: fault.type, subject: undefined, remedy: id, incident };
      return attemptHistory(entries, spender, config.remedies[id]?.per ?? 0, moment);
    },
    disruption: ({ disruption }) => disruption,
    guards: ({ id }) => (id === 'reboot' && !node.drained ? NOT_DRAINED : []),
  });
}

/** The agent's own decision, ladder, budgets and breaker, on a node that is only numbers. */
export function policyOf(config: AgentConfig, sabotage: Sabotage): Policy {
  const { breaker } = config.guards;
  const fleet = sabotage === 'zone' ? { ...config.guards.fleet, perZone: EVERYWHERE } : config.guards.fleet;
  const ages = claimAges(sabotage);
  const askBreaker = breakerMemo(breaker);
  /** A decision is pure: with nothing in the ledger that was tried, the same trouble gets the same, whenever and wherever. */
  const untried = new Map<string, Decision>();

  function breakerFor(node: VirtualNode, { view, shared, now }: Asked): Hold | undefined {
    if (view.kind === 'unseen' || sabotage === 'breaker') return undefined;
    if (node.resetAt >= 0 && isBreakerReset(node.entries, breaker.within, momentOf(node, now))) return undefined;
    const { reason, dead = false } = node.trouble ?? { reason: '' };
    const trouble = { reason, stood: now - node.began, dead };
    return shared ? askBreaker(view, trouble) : fleetBreaker(view, trouble, breaker);
  }

  function budgetFor({ remedy, view, claims, now }: Asked): Hold | undefined {
    if (sabotage === 'budget') return undefined;
    if (view.kind === 'unseen') return fleetBudget(view, remedy.disruption, fleet);
    const age = (seenAt: number) => WALL + now - seenAt;
    const isPlain = sabotage !== 'stale' && sabotage !== 'expiry';
    const others = isPlain ? claims : claims.filter(({ seenAt }) => age(seenAt) >= ages.least && age(seenAt) <= ages.most);
    return fleetBudget({ ...view, others }, remedy.disruption, fleet);
  }

  return {
    decide(node, now) {
      const entries = sabotage === 'attempts' ? NO_MEMORY : node.entries;
      if (entries.some(({ kind }) => kind === 'intent' || kind === 'outcome')) return decideFor(config, node, entries, now);
      const key = `${node.trouble?.type} ${node.trouble?.reason} ${node.drained}`;
      const known = untried.get(key) ?? decideFor(config, node, entries, now);
      untried.set(key, known);
      return known;
    },
    fleetHolds(node, asked) {
      const { view, remedy, now } = asked;
      const opens = breakerFor(node, asked);
      const spent = isDisruptive(remedy.disruption) ? budgetFor(asked) : undefined;
      const alone =
        view.kind === 'unseen' && spent === undefined && !isDisruptive(remedy.disruption)
          ? localBudget(node.entries, momentOf(node, now), view.why)
          : undefined;
      return [opens, spent, alone].filter((hold) => hold !== undefined);
    },
    note(node, event, now) {
      const moment = momentOf(node, now);
      node.entries = node.entries.filter(
        (entry) => entry.at - WALL > now - KEPT || ('incident' in entry && entry.incident === incidentOf(node)),
      );
      node.entries.push({ ...event, ...moment, at: WALL + now, seq: node.entries.length });
    },
  };
}

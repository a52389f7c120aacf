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
import type { VirtualNode } from './virtual-node.ts';

/** What is broken on purpose, to see that the invariants find it. */
export type Sabotage = 'none' | 'budget' | 'breaker' | 'attempts';

export interface Policy {
  decide(node: VirtualNode, now: Duration): Decision;
  /** `claims`: the Leases with a claim, all a budget looks at. */
  fleetHolds(
    node: VirtualNode,
    asked: { readonly remedy: Remedy; readonly view: FleetView; readonly claims: SeenFleet['others']; readonly now: Duration },
  ): readonly Hold[];
  note(node: VirtualNode, event: LedgerEvent, now: Duration): void;
}

export const WALL = 1_760_000_000_000;
const KEPT = minutes(90);

const momentOf = ({ boots, bootedAt }: VirtualNode, now: Duration): Moment => ({ boot: `boot-${boots}`, up: now - bootedAt });
export const incidentOf = ({ index, incident }: VirtualNode): string => `${index}-${incident}`;

export function faultOf({ trouble }: VirtualNode): Fault {
  const { type, reason } = trouble ?? { type: '', reason: '' };
  return { verdict: 'fail', type, reason, severity: 'critical', state: 'active', message: reason, evidence: [], advice: [] };
}

/** The agent's own decision, ladder, budgets and breaker, on a node that is only numbers. */
export function policyOf(config: AgentConfig, sabotage: Sabotage): Policy {
  const { fleet, breaker } = config.guards;
  const noMemory: readonly LedgerEntry[] = [];
  const judged = new WeakMap<object, Map<string, Hold | undefined>>();

  /** Nodes that share one list and got into the same trouble in the same minute share its answer, too. */
  function breakerOf(view: FleetView, trouble: Parameters<typeof fleetBreaker>[1]): Hold | undefined {
    if (view.kind === 'unseen' || trouble.dead) return undefined;
    const known = judged.get(view.others) ?? new Map<string, Hold | undefined>();
    judged.set(view.others, known);
    const key = `${trouble.reason} ${Math.floor((view.at - trouble.stood) / minutes(1))}`;
    if (!known.has(key)) known.set(key, fleetBreaker(view, trouble, breaker));
    return known.get(key);
  }

  return {
    decide(node, now) {
      const fault = faultOf(node);
      const [moment, entries] = [momentOf(node, now), sabotage === 'attempts' ? noMemory : node.entries];
      const standing = {
        identity: identityOf(fault),
        check: 'simulated',
        fault,
        state: 'active' as const,
        since: WALL + node.began,
        stood: now - node.began,
        gone: 0,
      };
      const ladder = ladderOf(fault, undefined, problems, config.ladders).flatMap((id) => findRemedy(id) ?? []);
      const allowance = ({ id, disruption }: Remedy) =>
        config.remedies[id] ?? { enabled: false, cooldown: 0, attempts: 0, disruption };
      return decide(standing, {
        mode: config.mode,
        ladder,
        allowance,
        history: ({ id }) => {
          const spender = { type: fault.type, subject: undefined, remedy: id, incident: incidentOf(node) };
          return attemptHistory(entries, spender, config.remedies[id]?.per ?? 0, moment);
        },
        disruption: ({ disruption }) => disruption,
        guards: ({ id }) => (id === 'reboot' && !node.drained ? [{ id: 'not-drained', why: 'it is not drained' }] : []),
      });
    },
    fleetHolds(node, { remedy, view, claims, now }) {
      const { reason, dead = false } = node.trouble ?? { reason: '' };
      const isReset = isBreakerReset(node.entries, breaker.within, momentOf(node, now));
      const opens = sabotage === 'breaker' || isReset ? undefined : breakerOf(view, { reason, stood: now - node.began, dead });
      const asBudget = view.kind === 'seen' ? { ...view, others: claims } : view;
      const spent = sabotage === 'budget' ? undefined : fleetBudget(asBudget, remedy.disruption, fleet);
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

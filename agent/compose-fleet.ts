import type { AgentConfig } from '../lib/config/schema.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Moment } from '../lib/model/incident.ts';
import { hasLadder } from '../lib/policy/ladder.ts';
import { problems } from '../lib/problems/index.ts';
import { isKubeletIdentity } from '../lib/sources/cluster/cluster-identity.ts';
import type { Node } from './compose.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { type FleetLease, openFleetLease } from './fleet-lease.ts';
import type { NodeView } from './node-view.ts';

export interface FleetComposition {
  readonly node: Node;
  readonly config: AgentConfig;
  readonly view: Pick<NodeView, 'zone' | 'uid'>;
  readonly ledger: Ledger;
  readonly moment: () => Moment;
  readonly random: () => number;
  /** A program that moves work speaks for this node's claim. */
  readonly claimedElsewhere?: () => boolean;
}

/** This node among the others. */
export function composeFleet(parts: FleetComposition): { readonly fleet: Fleet; readonly lease: FleetLease } {
  const { node, config, view, random } = parts;
  const { cluster, host } = node;
  const access = async () => {
    if (!config.cluster.enabled) return { why: 'cluster.enabled is false' };
    const identity = await cluster.clusterIdentity();
    if (identity.kind !== 'identity') return { why: identity.reason };
    // NodeRestriction keeps a kubelet from Leases outside kube-node-lease, whatever RBAC says.
    return isKubeletIdentity(identity) ? { why: "the kubelet's identity may not read Leases" } : { node: identity.nodeName };
  };
  const lease = openFleetLease({
    cluster,
    clock: host.clock,
    random,
    nodeName: async () => {
      const answer = await access();
      return 'node' in answer ? answer.node : undefined;
    },
    node: () => ({ zone: view.zone, ...(view.uid === undefined ? {} : { uid: view.uid }) }),
    counts: (problem) =>
      problem.severity !== 'notice' && problem.cause === undefined && hasLadder(problem, problems, config.ladders),
    ...(parts.claimedElsewhere === undefined ? {} : { claimedElsewhere: parts.claimedElsewhere }),
  });
  const fleet = openFleet({
    cluster,
    clock: host.clock,
    access,
    zone: () => view.zone,
    limits: () => ({ ...config.guards.fleet, ...config.guards.breaker }),
    lease,
    entries: () => parts.ledger.entries,
    moment: parts.moment,
    random,
  });
  return { fleet, lease };
}

import type { Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { isDisruptive } from '../lib/model/disruption.ts';
import type { BreakerLimits, FleetLimits, FleetView, SeenFleet } from '../lib/model/fleet.ts';
import { present } from '../lib/model/present.ts';
import type { Disruption } from '../lib/model/remedy.ts';
import type { Duration } from '../lib/model/units.ts';
import { needsNodes, type Trouble } from '../lib/policy/guards/fleet-breaker.ts';
import { type Ask, countNodes, readLeases } from './fleet-read.ts';

export interface FleetQuestion extends Trouble {
  readonly disruption: Disruption;
  readonly controlPlane: boolean;
}

export interface FleetSight {
  /** This one: what its own Lease says is no news. */
  readonly node: string;
  readonly clock: Clock;
  readonly zone: () => string;
  readonly limits: () => FleetLimits & BreakerLimits;
}

/** Asks within one deadline, however many questions it takes. */
export function within(
  deadline: Duration,
  parts: { readonly clock: Clock; readonly cluster: Pick<ClusterClient, 'apiGet'> },
): Ask {
  const { clock, cluster } = parts;
  const began = clock.monotonic();
  return (question) => cluster.apiGet({ ...question, deadline: Math.max(1, Math.ceil(deadline - (clock.monotonic() - began))) });
}

/** The number of nodes is asked for only where a percentage could decide. */
async function withNodes(view: SeenFleet, request: FleetQuestion, limits: FleetLimits & BreakerLimits, ask: Ask) {
  const disruptive = isDisruptive(request.disruption);
  const claims = view.others.some(({ claim }) => claim !== undefined);
  const ofAll = needsNodes(view, request, limits) || (disruptive && claims && limits.maxConcurrent.ratio > 0);
  const ofZone = disruptive && claims && limits.perZone.ratio > 0 && view.zone !== '';
  const [nodes, zoneNodes] = await Promise.all([
    ofAll ? countNodes(ask) : undefined,
    ofZone ? countNodes(ask, view.zone) : undefined,
  ]);
  return { ...view, ...present('nodes', nodes), ...present('zoneNodes', zoneNodes) };
}

/** The others, as their Leases tell of them now. */
export async function readFleet(sight: FleetSight, request: FleetQuestion, ask: Ask): Promise<FleetView> {
  const list = await readLeases(ask);
  if (typeof list === 'string') return { kind: 'unseen', why: list };
  const others = list.nodes.filter(({ node }) => node !== sight.node);
  const { complete, at = sight.clock.now() } = list;
  const view = { kind: 'seen', at, others, complete, zone: sight.zone(), controlPlane: request.controlPlane } as const;
  return await withNodes(view, request, sight.limits(), ask);
}

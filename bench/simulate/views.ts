import type { FleetView, NodeInTrouble, SeenFleet } from '../../lib/model/fleet.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { ApiServer } from './api-server.ts';
import { WALL } from './policy.ts';
import type { VirtualNode } from './virtual-node.ts';

/** As many as the agent reads: agent/fleet-read.ts. */
const MOST_READ = 5000;
/** Above this many Leases a list is read once for all nodes that ask within some seconds of each other. */
const SHARED_ABOVE = 50;
const SHARED_FOR = seconds(2);

export interface Views {
  /** What this node reads of the others now. `fresh`: without another's list, as it must be before anything is done. */
  read(node: VirtualNode, now: Duration, fresh: boolean): SeenFleet;
  claims(node: VirtualNode): readonly NodeInTrouble[];
}

export interface Sizes {
  readonly nodes: number;
  zone(name: string): number;
}

export function viewsOf(api: ApiServer, sizes: Sizes): Views {
  let shared: { readonly others: readonly NodeInTrouble[]; readonly at: Duration } | undefined;

  function others(node: VirtualNode, now: Duration, fresh: boolean): readonly NodeInTrouble[] {
    const small = api.leases.size <= SHARED_ABOVE;
    if (!small && !fresh && shared !== undefined && now - shared.at < SHARED_FOR) return shared.others;
    const read: NodeInTrouble[] = [];
    for (const lease of api.leases.values()) {
      if (read.length === MOST_READ) break;
      if (lease.index !== node.index) read.push(lease);
    }
    if (!small) shared = { others: read, at: now };
    return read;
  }

  return {
    read(node, now, fresh) {
      const view: FleetView = {
        kind: 'seen',
        at: WALL + now,
        others: others(node, now, fresh),
        complete: api.leases.size <= MOST_READ,
        nodes: sizes.nodes,
        zoneNodes: sizes.zone(node.zone),
        zone: node.zone,
        controlPlane: false,
      };
      return view;
    },
    claims: (node) => [...api.claims.values()].filter(({ index }) => index !== node.index),
  };
}

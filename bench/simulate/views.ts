import type { NodeInTrouble, SeenFleet } from '../../lib/model/fleet.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { ApiServer } from './api-server.ts';
import { WALL } from './policy.ts';
import type { VirtualNode } from './virtual-node.ts';

/** As many as the agent reads: agent/fleet-read.ts. */
const MOST_READ = 5000;
/** Above this many Leases a list is read once for all nodes that ask within some seconds of each other. */
const SHARED_ABOVE = 50;
const SHARED_FOR = seconds(5);

export interface Views {
  /** Whether there are so many Leases that a list of some seconds ago, everybody's, may say who is held. */
  readonly isCrowded: boolean;
  /** What this node reads of the others now. `shared`: as others read it, and with itself in it. */
  read(node: VirtualNode, now: Duration, shared: boolean): SeenFleet;
  claims(node: VirtualNode): readonly NodeInTrouble[];
}

export interface Sizes {
  readonly nodes: number;
  zone(name: string): number;
}

const NOBODY: readonly NodeInTrouble[] = [];

export function viewsOf(api: ApiServer, sizes: Sizes): Views {
  let crowd: { readonly others: readonly NodeInTrouble[]; readonly at: Duration } | undefined;

  function everybody(now: Duration): readonly NodeInTrouble[] {
    if (crowd === undefined || now - crowd.at >= SHARED_FOR) crowd = { others: [...api.leases.values()], at: now };
    return crowd.others;
  }

  function others(node: VirtualNode): readonly NodeInTrouble[] {
    const read: NodeInTrouble[] = [];
    for (const lease of api.leases.values()) if (lease.index !== node.index) read.push(lease);
    return read;
  }

  return {
    get isCrowded() {
      return api.leases.size > SHARED_ABOVE;
    },
    read(node, now, shared) {
      const complete = api.leases.size <= MOST_READ;
      const read = () => (shared ? everybody(now) : others(node));
      return {
        kind: 'seen',
        at: WALL + now,
        // Nothing is judged by a part of them.
        others: complete ? read() : NOBODY,
        complete,
        nodes: sizes.nodes,
        zoneNodes: sizes.zone(node.zone),
        zone: node.zone,
        controlPlane: false,
      };
    },
    claims: (node) => [...api.claims.values()].filter(({ index }) => index !== node.index),
  };
}

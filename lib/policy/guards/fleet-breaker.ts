import type { BreakerLimits, FleetView, NodeInTrouble, SeenFleet, Share } from '../../model/fleet.ts';
import type { Hold } from '../../model/guard.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Duration, minutes } from '../../model/units.ts';

export interface Trouble {
  readonly reason: string;
  /** Since it began here. */
  readonly stood: Duration;
  /** Its unit does not run: whatever the detector thinks, starting it takes nothing away. */
  readonly dead: boolean;
}

/** How long a Lease is good for without being renewed. */
const HEARD = minutes(10);

/** Rounded up, so that 30 % of three nodes is one; without a number of nodes the count alone holds. */
const atLeast = ({ count, ratio }: Share, nodes: number | undefined): number =>
  Math.max(count, nodes === undefined ? 0 : Math.ceil(ratio * nodes));

/**
 * Trouble that began about when ours did, or just now: what broke there at another time has another cause. An agent that has been
 * silent for as long is not believed any more, and a time that lies ahead was written by a broken clock.
 */
function together(view: SeenFleet, stood: Duration, within: Duration): readonly NodeInTrouble[] {
  const began = view.at - stood;
  // Longer than the rest between two renewals of a Lease, however short the time in which trouble is counted.
  const heard = Math.max(within, HEARD);
  return view.others.filter(({ since, seenAt }) => {
    if (Math.abs(view.at - seenAt) > heard) return false;
    return Math.abs(since - began) <= within || Math.abs(view.at - since) <= within;
  });
}

const MOST_NAMES = 3;
const SUSPECT = 'the detector or the control plane is the suspect; nodemend reset breaker lets this node go on';

function names(nodes: readonly NodeInTrouble[]): string {
  const shown = nodes.slice(0, MOST_NAMES).map(({ node, reason }) => `${node} ${reason}`);
  return nodes.length > MOST_NAMES ? `${shown.join(', ')} and ${nodes.length - MOST_NAMES} more` : shown.join(', ');
}

const others = (number: number) => (number === 1 ? '1 other node has' : `${number} other nodes have`);

/** Whether the number of nodes bears on the answer: it costs a question of its own. */
export function needsNodes(view: SeenFleet, { reason, stood }: Trouble, limits: BreakerLimits): boolean {
  if (!view.complete) return false;
  const all = together(view, stood, limits.within);
  const same = all.filter((other) => other.reason === reason);
  const isNear = (found: readonly NodeInTrouble[], share: Share) => share.ratio > 0 && found.length >= Math.max(1, share.count);
  return isNear(all, limits.unhealthy) || isNear(same, limits.sameReason);
}

/** Many nodes at once: the detector or the control plane is the suspect, and remedies would spread the damage. */
export function fleetBreaker(view: FleetView, trouble: Trouble, limits: BreakerLimits): Hold | undefined {
  if (view.kind === 'unseen' || trouble.dead) return undefined;
  // Of 100,000 nodes 5,000 may be read, and those that broke beside ours be among the rest: what was not counted is not few.
  if (!view.complete) return { id: 'fleet-breaker', why: `more nodes are in trouble than could be counted: ${SUSPECT}` };
  const all = together(view, trouble.stood, limits.within);
  const same = all.filter(({ reason }) => reason === trouble.reason);
  const about = `within ${formatDuration(limits.within)}`;
  if (same.length >= Math.max(1, atLeast(limits.sameReason, view.nodes))) {
    return {
      id: 'fleet-breaker',
      why: `${others(same.length)} the same ${trouble.reason} ${about} (${names(same)}): ${SUSPECT}`,
    };
  }
  if (all.length < Math.max(1, atLeast(limits.unhealthy, view.nodes))) return undefined;
  return { id: 'fleet-breaker', why: `${others(all.length)} trouble ${about} (${names(all)}): ${SUSPECT}` };
}

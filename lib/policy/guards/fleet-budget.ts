import { isDisruptive } from '../../model/disruption.ts';
import type { FleetLimits, FleetView, NodeInTrouble, SeenFleet, Share } from '../../model/fleet.ts';
import type { Hold } from '../../model/guard.ts';
import type { Disruption } from '../../model/remedy.ts';
import { minutes } from '../../model/units.ts';

/**
 * How long a node is believed that says nothing more: longer than the longest remedy. With ten minutes a node that was cut off from
 * the API server in the middle of a drain was forgotten before it was done, and one too many began (`npm run simulate`, partition).
 */
const CLAIM_LIVES = minutes(30);

/** Rounded down as for a rollout's maxUnavailable, but never to none: 10 % of five nodes would otherwise forbid every repair. */
function atMost({ count, ratio }: Share, nodes: number | undefined): number {
  return ratio === 0 ? count : Math.max(1, count, Math.floor(ratio * (nodes ?? 0)));
}

function held(busy: readonly NodeInTrouble[], most: number, where: string): Hold | undefined {
  if (busy.length < most) return undefined;
  const who = busy.slice(0, 3).map(({ node, claim }) => `${node}: ${claim}`);
  const shown = who.length === 0 ? '' : ` (${who.join(', ')}${busy.length > 3 ? ', …' : ''})`;
  return { id: 'fleet-budget', why: `${busy.length} of at most ${most} ${where} in a disruptive remedy${shown}` };
}

const plural = (most: number) => (most === 1 ? 'node is' : 'nodes are');

/** Others that are in a disruptive remedy, and still say so. */
const claims = (view: SeenFleet) =>
  view.others.filter(({ claim, seenAt }) => claim !== undefined && Math.abs(view.at - seenAt) <= CLAIM_LIVES);

/** Only so many nodes at one time may lose work. */
export function fleetBudget(view: FleetView, disruption: Disruption, limits: FleetLimits): Hold | undefined {
  if (!isDisruptive(disruption)) return undefined;
  if (view.kind === 'unseen')
    return { id: 'fleet-budget', why: `${view.why}: no remedy that disrupts work without knowing of the others` };
  if (!view.complete) return { id: 'fleet-budget', why: 'more nodes are in trouble than are counted' };
  const busy = claims(view);
  const most = atMost(limits.maxConcurrent, view.nodes);
  const all = held(busy, most, `${plural(most)}`);
  if (all !== undefined || view.zone === '') return all;
  const inZone = atMost(limits.perZone, view.zoneNodes);
  return held(
    busy.filter(({ zone }) => zone === view.zone),
    inZone,
    `in zone ${view.zone} ${inZone === 1 ? 'is' : 'are'}`,
  );
}

/** etcd survives one member at a time. */
export function oneControlPlane(view: FleetView, disruption: Disruption): Hold | undefined {
  if (view.kind === 'unseen' || !view.controlPlane || !isDisruptive(disruption)) return undefined;
  const other = claims(view).find(({ controlPlane }) => controlPlane);
  return other === undefined
    ? undefined
    : { id: 'control-plane', why: `${other.node}, of the control plane too, is in a disruptive remedy (${other.claim})` };
}

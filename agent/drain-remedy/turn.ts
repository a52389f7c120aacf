import { type Outcome, outcomeOf } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { groupOf } from '../../lib/drain-remedy/groups.ts';
import { FLEET_NAMESPACE, leasePath, leaseText, microTime, REMEDY_LABEL } from '../../lib/kube/fleet-lease.ts';
import type { SeenFleet } from '../../lib/model/fleet.ts';
import type { Hold } from '../../lib/model/guard.ts';
import { seconds } from '../../lib/model/units.ts';
import { zoneOf } from '../../lib/model/zone.ts';
import { fleetBreaker, needsNodes } from '../../lib/policy/guards/fleet-breaker.ts';
import { fleetBudget, oneControlPlane } from '../../lib/policy/guards/fleet-budget.ts';
import { outsideWindows } from '../../lib/policy/guards/window.ts';
import { type Ask, countNodes, readLeases } from '../fleet-read.ts';
import { putLease } from '../fleet-write.ts';
import type { MoveParts } from './parts.ts';

const DEADLINE = seconds(5);

/** This node's own Lease says that it is being drained; made where it is not. */
export async function claim({ api, clock, order }: MoveParts, node: Node): Promise<Outcome<unknown>> {
  const now = clock.now();
  const patch = {
    metadata: { labels: { [REMEDY_LABEL]: order.verb } },
    spec: { holderIdentity: order.node, renewTime: microTime(now) },
  };
  const { uid, labels } = node.metadata;
  const own = {
    node: order.node,
    reason: order.reason,
    zone: zoneOf(labels),
    since: order.since,
    now,
    claim: order.verb,
    controlPlane: order.controlPlane,
    ...(uid === undefined ? {} : { nodeUid: uid }),
  };
  return await putLease(api, order.node, JSON.stringify(patch), () => leaseText(own, true));
}

export async function release({ api, order }: MoveParts): Promise<Outcome<unknown>> {
  const body = JSON.stringify({ metadata: { labels: { [REMEDY_LABEL]: null } } });
  const answer = outcomeOf(await api({ method: 'PATCH', path: leasePath(order.node), body, deadline: DEADLINE }));
  return answer.ok || answer.failure.code !== 404 ? answer : { ok: true, value: undefined };
}

/** The others, and whether this node's own Lease says that it is in a remedy: of a life before this one. */
interface Sight {
  readonly view: SeenFleet;
  readonly claimed: boolean;
}

async function seen(parts: MoveParts, node: Node): Promise<Sight | string> {
  const { api, clock, order } = parts;
  const ask: Ask = (question) => api({ ...question, method: 'GET', deadline: DEADLINE });
  const read = await readLeases(ask);
  if (typeof read === 'string') return read;
  const { at = clock.now(), complete } = read;
  const others = read.nodes.filter((other) => other.node !== order.node);
  const claimed = read.nodes.some((one) => one.node === order.node && one.claim !== undefined);
  const view = {
    kind: 'seen',
    at,
    others,
    complete,
    zone: zoneOf(node.metadata.labels),
    controlPlane: order.controlPlane,
  } as const;
  const { maxConcurrent, perZone } = order.limits;
  const claims = others.some((other) => other.claim !== undefined);
  const counts = needsNodes(view, troubleOf(parts), order.limits) || (claims && maxConcurrent.ratio > 0);
  const nodes = counts ? await countNodes(ask) : undefined;
  const zoneNodes = claims && perZone.ratio > 0 && view.zone !== '' ? await countNodes(ask, view.zone) : undefined;
  const numbers = { ...(nodes === undefined ? {} : { nodes }), ...(zoneNodes === undefined ? {} : { zoneNodes }) };
  return { view: { ...view, ...numbers }, claimed };
}

const troubleOf = ({ clock, order: { reason, since } }: MoveParts) => ({ reason, stood: clock.now() - since, dead: false });

/** What holds it on account of the others, and whether a place is taken for it. */
async function heldByOthers(
  parts: MoveParts,
  node: Node,
): Promise<{ readonly holds: readonly Hold[]; readonly claimed: boolean }> {
  const { limits } = parts.order;
  const sight = await seen(parts, node);
  if (typeof sight === 'string') return { holds: [{ id: 'fleet-budget', why: sight }], claimed: false };
  const { view, claimed } = sight;
  const holds = [
    fleetBreaker(view, troubleOf(parts), limits),
    fleetBudget(view, 'workload', limits),
    oneControlPlane(view, 'workload'),
  ].filter((hold) => hold !== undefined);
  return { holds, claimed };
}

/** What holds it before it has told anybody that its turn may have come. Who waits keeps no place, not that of a life before either. */
export async function holdsNow(parts: MoveParts, node: Node): Promise<readonly Hold[]> {
  const { clock, order } = parts;
  const action = { remedy: order.verb, disruption: 'workload', allowed: 'workload', reason: order.reason } as const;
  const closed = outsideWindows({ windows: order.windows, now: clock.now() }, action);
  if (closed !== undefined) return [closed];
  const blocked = await parts.blockers();
  if (blocked.length > 0) return [{ id: 'blocked', why: blocked.join('; ') }];
  const { holds, claimed } = await heldByOthers(parts, node);
  if (holds.length > 0 && claimed) await release(parts);
  return holds;
}

/**
 * Claims, then looks at the others once more: of two nodes that begin at once the later one sees the other. What holds it, and then
 * the claim is not kept: nobody waits behind one who waits himself.
 */
export async function takeTurn(parts: MoveParts, node: Node): Promise<readonly Hold[]> {
  const claimed = await claim(parts, node);
  if (!claimed.ok) {
    const why = `no Lease could be written in the namespace ${FLEET_NAMESPACE}: ${claimed.failure.message}`;
    return [{ id: 'fleet-budget', why }];
  }
  const { holds } = await heldByOthers(parts, node);
  if (holds.length > 0) await release(parts);
  return holds;
}

export const groupOfNode = ({ order }: MoveParts, node: Node): string => groupOf(node.metadata.labels ?? {}, order.settings);

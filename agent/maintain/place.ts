import { type Outcome, outcomeOf } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import type { Clock } from '../../lib/host/host.ts';
import { FLEET_NAMESPACE, leasePath, leaseText, maintenanceLease } from '../../lib/kube/fleet-lease.ts';
import type { FleetLimits } from '../../lib/model/fleet.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { zoneOf } from '../../lib/model/zone.ts';
import { fleetBudget } from '../../lib/policy/guards/fleet-budget.ts';
import { isControlPlaneNode } from '../control-plane.ts';
import type { Api } from '../drain/api.ts';
import { countNodes, readLeases } from '../fleet-read.ts';
import { putLease } from '../fleet-write.ts';
import type { Say } from './hands.ts';

export interface PlaceParts {
  readonly api: Api;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** The Node's name. */
  readonly node: string;
  readonly limits: FleetLimits;
  readonly say: Say;
}

/** A maintenance's place among the nodes that are in a disruptive remedy: agents elsewhere count it. */
export interface Place {
  /** Says that it is taken, from here on until the program ends or it is released; never in the way of the maintenance. */
  take(): Promise<void>;
  release(): Promise<void>;
}

const DEADLINE = seconds(5);
/** Whoever waits for an API server that is away waits for it in the drain. */
const LONGEST = seconds(10);
/** A claim is believed for 30 minutes. */
const RENEW: Duration = minutes(8);

async function write({ api, node, clock }: PlaceParts, { metadata: { uid, labels } }: Node): Promise<Outcome<unknown>> {
  const lease = maintenanceLease(node);
  const own = {
    ...{ node, lease, reason: 'Maintenance', claim: 'maintain', now: clock.now() },
    // It is no trouble: for the breaker it began too long ago.
    since: 0,
    zone: zoneOf(labels),
    controlPlane: isControlPlaneNode(labels ?? {}),
    ...(uid === undefined ? {} : { nodeUid: uid }),
  };
  return await putLease(api, lease, leaseText(own, false), () => leaseText(own, true));
}

/** Who else is in a disruptive remedy, where that is as many as may be. A person decides: it is said, and holds nothing. */
async function sayOthers({ api, clock, node, limits, say }: PlaceParts, own: Node): Promise<void> {
  const ask = (question: Parameters<Parameters<typeof readLeases>[0]>[0]) =>
    api({ ...question, method: 'GET', deadline: DEADLINE });
  const read = await readLeases(ask);
  if (typeof read === 'string') return;
  const { at = clock.now(), complete } = read;
  const others = read.nodes.filter((one) => one.node !== maintenanceLease(node));
  const zone = zoneOf(own.metadata.labels);
  const isAsked = others.some(({ claim }) => claim !== undefined);
  const [nodes, zoneNodes] = await Promise.all([
    isAsked && limits.maxConcurrent.ratio > 0 ? countNodes(ask) : undefined,
    isAsked && limits.perZone.ratio > 0 && zone !== '' ? countNodes(ask, zone) : undefined,
  ]);
  const numbers = { ...(nodes === undefined ? {} : { nodes }), ...(zoneNodes === undefined ? {} : { zoneNodes }) };
  const view = { kind: 'seen', at, others, complete, zone, controlPlane: false, ...numbers } as const;
  const full = fleetBudget(view, 'node', limits);
  if (full !== undefined) say(`beyond the fleet's budget, as you ask for it: ${full.why}`);
}

async function takeOnce(parts: PlaceParts): Promise<Node | undefined> {
  const { api, node, say } = parts;
  const path = `/api/v1/nodes/${encodeURIComponent(node)}`;
  const found = outcomeOf<Node>(await api({ method: 'GET', path, deadline: DEADLINE }));
  if (!found.ok) return undefined;
  await sayOthers(parts, found.value);
  const written = await write(parts, found.value);
  if (written.ok) return found.value;
  // Where there is no such namespace no agent of this cluster knows of the others.
  if (written.failure.code === 404) return undefined;
  say(
    `it takes no place in the fleet's budget, and agents elsewhere do not count it: no Lease in the namespace ${FLEET_NAMESPACE} (${written.failure.message})`,
  );
  return undefined;
}

export function openPlace(parts: PlaceParts): Place {
  const { api, clock } = parts;
  let renewing: AbortController | undefined;

  async function inTime<Value>(work: Promise<Value>): Promise<Value | undefined> {
    const done = new AbortController();
    const late = clock.sleep(LONGEST, done.signal).then(
      () => undefined,
      () => undefined,
    );
    return await Promise.race([work, late]).finally(() => done.abort());
  }

  async function keep(node: Node, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(RENEW, signal).catch(() => undefined);
      if (!signal.aborted) await write(parts, node);
    }
  }

  return {
    async take() {
      const node = await inTime(takeOnce(parts));
      if (node === undefined || renewing !== undefined) return;
      renewing = new AbortController();
      void keep(node, renewing.signal).catch(() => undefined);
    },
    async release() {
      renewing?.abort();
      renewing = undefined;
      await inTime(api({ method: 'DELETE', path: leasePath(maintenanceLease(parts.node)), deadline: DEADLINE }));
    },
  };
}

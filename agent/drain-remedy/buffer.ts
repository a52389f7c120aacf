import { type Failure, outcomeOf } from '../../lib/drain/failure.ts';
import { bufferLease, earliest, type LastStart } from '../../lib/drain-remedy/groups.ts';
import { FLEET_NAMESPACE, leasePath, microTime } from '../../lib/kube/fleet-lease.ts';
import { type Instant, seconds } from '../../lib/model/units.ts';
import type { MoveParts } from './parts.ts';

const DEADLINE = seconds(5);
const ACTION = 'nodemend.io/action';
const GROUP = 'nodemend.io/drain-group';

interface Lease {
  readonly metadata?: { readonly resourceVersion?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly holderIdentity?: string; readonly acquireTime?: string };
}

interface Known {
  readonly last: LastStart | undefined;
  /** Undefined: there is no Lease of this group yet. */
  readonly version: string | undefined;
}

/** By a list, because a GET by name is no right that an agent needs otherwise. */
async function read({ api }: MoveParts, group: string): Promise<Known | { readonly failure: Failure }> {
  const fields = new URLSearchParams({ fieldSelector: `metadata.name=${bufferLease(group)}` }).toString();
  const listed = outcomeOf<{ readonly items?: readonly Lease[] }>(
    await api({ method: 'GET', path: `${leasePath()}?${fields}`, deadline: DEADLINE }),
  );
  if (!listed.ok) return { failure: listed.failure };
  const lease = listed.value.items?.[0];
  const at = Date.parse(lease?.spec?.acquireTime ?? '');
  const { holderIdentity: node = '' } = lease?.spec ?? {};
  const action = lease?.metadata?.annotations?.[ACTION] ?? '';
  return { last: Number.isNaN(at) ? undefined : { at, node, action }, version: lease?.metadata?.resourceVersion };
}

export type Turn = { readonly from: Instant } | { readonly failure: Failure };

/** When the group's next drain may begin. */
export async function nextStart(parts: MoveParts, group: string): Promise<Turn> {
  const known = await read(parts, group);
  if ('failure' in known) return known;
  const { order, clock } = parts;
  return { from: isOurs(parts, known) ? clock.now() : earliest(known.last, order.settings.buffer, clock.now()) };
}

/** Begun before we were killed. */
const isOurs = ({ order }: MoveParts, { last }: Known) => last?.node === order.node && last.action === order.action;

/**
 * Begins the group's next drain, or says from when on it may. One Lease for the group, written only as it was read: two nodes never
 * begin within one buffer, and neither the end of an agent nor that of a Node forgets when the last one began.
 */
export async function beginDrain(parts: MoveParts, group: string): Promise<'begun' | Turn> {
  const { api, clock, order } = parts;
  const known = await read(parts, group);
  if ('failure' in known) return known;
  if (isOurs(parts, known)) return 'begun';
  const from = earliest(known.last, order.settings.buffer, clock.now());
  if (from > clock.now()) return { from };
  const name = bufferLease(group);
  const metadata = {
    name,
    namespace: FLEET_NAMESPACE,
    labels: { 'app.kubernetes.io/managed-by': 'nodemend' },
    annotations: { [ACTION]: order.action, [GROUP]: group },
    ...(known.version === undefined ? {} : { resourceVersion: known.version }),
  };
  const spec = {
    holderIdentity: order.node,
    leaseDurationSeconds: Math.max(1, Math.round(order.settings.buffer / 1000)),
    acquireTime: microTime(clock.now()),
    renewTime: microTime(clock.now()),
  };
  const body = JSON.stringify({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
  const [method, path] = known.version === undefined ? (['POST', leasePath()] as const) : (['PATCH', leasePath(name)] as const);
  const answer = outcomeOf(await api({ method, path, body, deadline: DEADLINE }));
  if (answer.ok) return 'begun';
  // Another node was a moment sooner: by its start the buffer counts anew.
  return answer.failure.code === 409 ? { from: clock.now() + seconds(1) } : { failure: answer.failure };
}

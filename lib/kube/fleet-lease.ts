import type { NodeInTrouble } from '../model/fleet.ts';
import { type Duration, type Instant, minutes } from '../model/units.ts';

export const FLEET_NAMESPACE = 'nodemend';
/** How long a Lease is good for without being renewed. */
export const LEASE_DURATION: Duration = minutes(10);

/** The disruptive remedy that a node is in. */
export const REMEDY_LABEL = 'nodemend.io/remedy';

const LABEL = {
  manager: 'app.kubernetes.io/managed-by',
  reason: 'nodemend.io/reason',
  zone: 'nodemend.io/zone',
  claim: REMEDY_LABEL,
  controlPlane: 'nodemend.io/control-plane',
} as const;

const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${FLEET_NAMESPACE}/leases`;
export const leasePath = (node?: string): string => (node === undefined ? LEASES : `${LEASES}/${encodeURIComponent(node)}`);

/** Of a person's maintenance of a node; beside the Lease of its agent, who writes what he knows himself. */
export const maintenanceLease = (node: string): string => `maintain.${node}`;

/** What fits a label: 63 characters, letters and digits at both ends. */
export function labelValue(text: string): string {
  const clean = text.replaceAll(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 63);
  return clean.replace(/^[^A-Za-z0-9]+/, '').replace(/[^A-Za-z0-9]+$/, '');
}

/** metav1.MicroTime has six digits, no more and no less. */
export function microTime(at: Instant): string {
  const time = new Date(Math.min(Math.max(at, 0), 8.64e15));
  return time.toISOString().replace(/(\.\d{3})Z$/, '$1000Z');
}

export interface OwnTrouble extends Omit<NodeInTrouble, 'seenAt'> {
  readonly now: Instant;
  /** Its name, where it is not the Node's. */
  readonly lease?: string;
  /** What the Lease says of a remedy is another program's, and left as it is. */
  readonly keepsClaim?: boolean;
  /** Of the Node, which takes the Lease with it when it is deleted. */
  readonly nodeUid?: string;
}

/** As it is created, and as a merge patch: null takes a label away. */
export function leaseBody(own: OwnTrouble): object {
  const { node, lease = node, reason, zone, since, now, claim, keepsClaim, controlPlane, nodeUid } = own;
  const owner = { apiVersion: 'v1', kind: 'Node', name: node, uid: nodeUid };
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: lease,
      namespace: FLEET_NAMESPACE,
      labels: {
        [LABEL.manager]: 'nodemend',
        [LABEL.reason]: labelValue(reason),
        [LABEL.zone]: labelValue(zone),
        ...(keepsClaim === true ? {} : { [LABEL.claim]: claim === undefined ? null : labelValue(claim) }),
        [LABEL.controlPlane]: controlPlane ? 'true' : null,
      },
      ...(nodeUid === undefined ? {} : { ownerReferences: [owner] }),
    },
    spec: {
      holderIdentity: node,
      leaseDurationSeconds: LEASE_DURATION / 1000,
      acquireTime: microTime(since),
      renewTime: microTime(now),
    },
  };
}

/** `isNew`: of an object that is made null is no way to leave a label out. */
export const leaseText = (own: OwnTrouble, isNew: boolean): string =>
  JSON.stringify(leaseBody(own), (_, value) => (isNew && value === null ? undefined : value));

type Json = Readonly<Record<string, unknown>>;
const toObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const toText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 253) : '');

function parseOne(item: unknown): NodeInTrouble | undefined {
  const { metadata, spec } = toObject(item);
  const { name, labels } = toObject(metadata);
  const { acquireTime, renewTime } = toObject(spec);
  const label = toObject(labels);
  const [since, seenAt] = [Date.parse(toText(acquireTime)), Date.parse(toText(renewTime))];
  const claim = toText(label[LABEL.claim]);
  // One that never said when is one that nobody can age.
  if (toText(name) === '' || toText(label[LABEL.reason]) === '' || Number.isNaN(seenAt)) return undefined;
  return {
    node: toText(name),
    reason: toText(label[LABEL.reason]),
    zone: toText(label[LABEL.zone]),
    since: Number.isNaN(since) ? seenAt : since,
    seenAt,
    controlPlane: label[LABEL.controlPlane] === 'true',
    ...(claim === '' ? {} : { claim }),
  };
}

export interface LeasePage {
  readonly nodes: readonly NodeInTrouble[];
  /** Token of the next page; empty: this was the last one. */
  readonly more: string;
  /** Items after this page; undefined: the server did not say. */
  readonly remaining?: number;
}

const remainingOf = (count: unknown) => (typeof count === 'number' && count >= 0 ? { remaining: count } : {});

/** Undefined: no list of Leases. What in it cannot be read is left out. */
export function parseLeases(body: unknown): LeasePage | undefined {
  const { kind, items, metadata } = toObject(body);
  if (kind !== 'LeaseList' || !(Array.isArray(items) || items === undefined || items === null)) return undefined;
  const { continue: more, remainingItemCount } = toObject(metadata);
  const nodes = (items ?? []).flatMap((item) => parseOne(item) ?? []);
  return { nodes, more: typeof more === 'string' ? more : '', ...remainingOf(remainingItemCount) };
}

/** How many objects a list has, by its first page: the server counts what it leaves out only where nothing is selected. */
export function countOf(
  body: unknown,
): { readonly here: number; readonly remaining?: number; readonly more: string } | undefined {
  const { items, metadata, kind } = toObject(body);
  if (!Array.isArray(items) || !/List$/.test(toText(kind))) return undefined;
  const { remainingItemCount, continue: more } = toObject(metadata);
  return { here: items.length, ...remainingOf(remainingItemCount), more: typeof more === 'string' ? more : '' };
}

import { CORDONED_BY } from '../../lib/model/cordon.ts';
import { type JsonObject, toObject, toObjects, toText, toTextRecord } from '../../lib/model/json.ts';
import type { HostPod, Told } from '../../lib/reboot/empty.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';

/** The Node as far as a reboot asks for it. */
export interface NodeFacts {
  readonly name: string;
  readonly resourceVersion: string;
  readonly unschedulable: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the kernel that the kubelet last saw; empty: it has not said. */
  readonly bootId: string;
  readonly ready: boolean;
  /** Why it is not; of one that is: empty. */
  readonly unready: string;
}

export function parseNodeFacts(body: unknown): NodeFacts | undefined {
  const { kind, metadata, spec, status } = toObject(body);
  // A Node inside of a list has no kind of its own; an answer that is a Status has one.
  if (kind !== undefined && kind !== 'Node') return undefined;
  const { name, resourceVersion, annotations } = toObject(metadata);
  const { conditions, nodeInfo } = toObject(status);
  const ready = toObjects(conditions).find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True';
  return {
    name: toText(name),
    resourceVersion: toText(resourceVersion),
    unschedulable: toObject(spec).unschedulable === true,
    annotations: toTextRecord(annotations),
    bootId: toText(toObject(nodeInfo).bootID),
    ready: isReady,
    unready: isReady
      ? ''
      : `${toText(ready?.reason) || 'it has no condition Ready'} ${toText(ready?.message)}`.trim().slice(0, 300),
  };
}

export const ownerOf = ({ annotations }: Pick<NodeFacts, 'annotations'>): string | undefined => annotations[CORDONED_BY];

export function parsePod(pod: JsonObject): HostPod {
  const { uid, namespace, name, annotations, ownerReferences } = toObject(pod.metadata);
  const mirror = toTextRecord(annotations)['kubernetes.io/config.mirror'];
  const controller = toObjects(ownerReferences).find((owner) => owner.controller === true);
  const isDaemon = controller?.kind === 'DaemonSet' && toText(controller.apiVersion).startsWith('apps/');
  const other = isDaemon ? 'daemon-set' : 'other';
  const phase = toText(toObject(pod.status).phase);
  return {
    // The kubelet's UID of a static pod is the hash that its mirror carries.
    uid: mirror ?? toText(uid),
    name: `${toText(namespace)}/${toText(name)}`,
    kind: mirror === undefined ? other : 'static',
    ended: phase === 'Succeeded' || phase === 'Failed',
  };
}

/** `absent`: the Node was deleted. */
export type NodeAnswer = Told<NodeFacts> | { readonly kind: 'absent' };

/** From etcd, not from a cache: who was uncordoned a moment ago must be seen. */
export async function readNodeFacts(cluster: Pick<ClusterPods, 'node'>, node: string): Promise<NodeAnswer> {
  const answer = await cluster.node(node);
  if (!answer.ok) return answer.failure.code === 404 ? { kind: 'absent' } : { kind: 'unknown', why: answer.failure.message };
  const value = parseNodeFacts(answer.value);
  return value === undefined ? { kind: 'unknown', why: 'the API server answered something else' } : { kind: 'told', value };
}

export async function readBoundPods(cluster: Pick<ClusterPods, 'podsOf'>, node: string): Promise<Told<readonly HostPod[]>> {
  const listed = await cluster.podsOf(node, { chunkSize: 0 });
  if (!listed.ok) return { kind: 'unknown', why: listed.failure.message };
  return { kind: 'told', value: listed.value.map((pod) => parsePod(pod as unknown as JsonObject)) };
}

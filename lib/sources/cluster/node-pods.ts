import { type JsonObject, toInstant, toNumber, toObject, toObjects, toText, toTextRecord, toTexts } from '../../model/json.ts';
import { present } from '../../model/present.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, type Instant, minutes, seconds } from '../../model/units.ts';
import { type ApiFact, readApi } from './api-fact.ts';
import { effectiveResources, type Resources } from './pod-resources.ts';

export interface PodContainer {
  readonly name: string;
  readonly init: boolean;
  /** `unknown`: the kubelet has not reported it. */
  readonly state: 'waiting' | 'running' | 'terminated' | 'unknown';
  readonly reason: string;
  readonly message: string;
  readonly image: string;
  readonly restarts: number;
}

/** A pod that is bound to this node, reduced to what is judged. */
export interface NodePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `ReplicaSet/web-7d4b`; absent for a bare pod. */
  readonly owner?: string;
  /** A static pod's mirror: the kubelet's own, made from a file. */
  readonly mirror: boolean;
  readonly phase: string;
  readonly reason: string;
  readonly createdAt?: Instant;
  /** Bound to the node. */
  readonly scheduledAt?: Instant;
  /** When its deletion was asked for, plus its grace period: metadata.deletionTimestamp is the end of the grace. */
  readonly deletedAt?: Instant;
  readonly gracePeriod: Duration;
  readonly finalizers: readonly string[];
  readonly containers: readonly PodContainer[];
  readonly requests: Resources;
  readonly limits: Resources;
}

/** Beyond it a node is misconfigured, not full: the kubelet's largest tested maxPods is 500. */
const MOST_PODS = 2000;

function parseContainers(specs: unknown, statuses: unknown, init: boolean): PodContainer[] {
  const known = new Map(toObjects(statuses).map((status) => [toText(status.name), status]));
  return toObjects(specs).map((spec) => {
    const name = toText(spec.name);
    const status = known.get(name) ?? {};
    const states = toObject(status.state);
    const state = (['running', 'waiting', 'terminated'] as const).find((key) => key in states) ?? 'unknown';
    const { reason, message } = toObject(state === 'unknown' ? undefined : states[state]);
    return {
      name,
      init,
      state,
      reason: toText(reason),
      message: toText(message).slice(0, 500),
      image: toText(spec.image),
      restarts: toNumber(status.restartCount),
    };
  });
}

function ownerOf(references: unknown): string | undefined {
  const owners = toObjects(references);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  return owner === undefined ? undefined : `${toText(owner.kind)}/${toText(owner.name)}`;
}

function parsePod(pod: JsonObject): NodePod {
  const [metadata, spec, status] = [toObject(pod.metadata), toObject(pod.spec), toObject(pod.status)];
  const scheduled = toObjects(status.conditions).find(({ type, status: is }) => type === 'PodScheduled' && is === 'True');
  return {
    namespace: toText(metadata.namespace),
    name: toText(metadata.name),
    uid: toText(metadata.uid),
    ...present('owner', ownerOf(metadata.ownerReferences)),
    mirror: 'kubernetes.io/config.mirror' in toTextRecord(metadata.annotations),
    phase: toText(status.phase),
    reason: toText(status.reason),
    ...present('createdAt', toInstant(metadata.creationTimestamp)),
    ...present('scheduledAt', toInstant(scheduled?.lastTransitionTime)),
    ...present('deletedAt', toInstant(metadata.deletionTimestamp)),
    gracePeriod: seconds(toNumber(metadata.deletionGracePeriodSeconds)),
    finalizers: toTexts(metadata.finalizers),
    containers: [
      ...parseContainers(spec.initContainers, status.initContainerStatuses, true),
      ...parseContainers(spec.containers, status.containerStatuses, false),
    ],
    requests: effectiveResources(spec, 'requests'),
    limits: effectiveResources(spec, 'limits'),
  };
}

export function parsePods(body: unknown): readonly NodePod[] | undefined {
  const { kind, items } = toObject(body);
  return kind === 'PodList' ? toObjects(items).slice(0, MOST_PODS).map(parsePod) : undefined;
}

/** Pods that a drain would have moved: not a DaemonSet's, no static ones, and none that has ended. */
export const podsToMiss = (pods: readonly NodePod[]): readonly NodePod[] =>
  pods.filter(
    ({ owner, mirror, phase }) =>
      !mirror && owner?.startsWith('DaemonSet/') !== true && phase !== 'Succeeded' && phase !== 'Failed',
  );

/** `resourceVersion=0`: from the API server's cache; a list from etcd for every node of a large cluster would hurt it. */
export const nodePods = defineSource<ApiFact<readonly NodePod[]>>({
  id: 'node-pods',
  deadline: seconds(8),
  // Two checks of every five minutes ask for it, and the API server is asked once.
  keep: minutes(4.4),
  worthKeeping: ({ kind }) => kind === 'found',
  read: (host, context) =>
    readApi(host, context, {
      path: (name) => `/api/v1/pods?fieldSelector=spec.nodeName%3D${name}&resourceVersion=0`,
      parse: parsePods,
    }),
});

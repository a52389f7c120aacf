import type { Budget, ObjectMeta, Pod } from '../../../lib/drain/objects.ts';
import type { Workload } from '../../../lib/drain/surge/workload.ts';

/** Changes as the API server makes them. */
export type Mutable<Value> = { -readonly [Key in keyof Value]: Mutable<Value[Key]> };

export interface WorldPod {
  readonly name: string;
  readonly uid: string;
  /** uid of its ReplicaSet or StatefulSet. */
  readonly owner: string;
  readonly created: number;
  /** Undefined: it waits for room. */
  node: string | undefined;
  /** When each state of readiness began. */
  readonly readiness: { at: number; ready: boolean }[];
  /** When its container will be ready. */
  starts: number;
  deleted: number | undefined;
  /** Made unready by the test: nobody's fault here. */
  broken: boolean;
}

export interface WorldSet {
  readonly kind: 'ReplicaSet' | 'StatefulSet';
  readonly name: string;
  readonly uid: string;
  /** uid of the Deployment. */
  readonly above: string | undefined;
  readonly stamp: string;
  replicas: number;
  status: { replicas: number; ready: number; available: number };
  annotations: Record<string, string>;
  /** Until its view shows what it did last. */
  expects: number;
}

export interface WorldOptions {
  readonly replicas: number;
  readonly kind?: 'Deployment' | 'StatefulSet' | 'ReplicaSet';
  /** Where the first pods are, in turn. */
  readonly placed: readonly string[];
  readonly nodes: readonly string[];
  /** How far the controllers' caches of pods are behind. */
  readonly lag?: number;
  readonly startTime?: number;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly strategy?: 'RollingUpdate' | 'Recreate';
  readonly paused?: boolean;
  readonly autoscaler?: boolean;
  readonly budget?: Budget['spec'];
  /** Nothing new finds room. */
  readonly full?: boolean;
  readonly grace?: number;
}

export interface World {
  readonly options: WorldOptions;
  readonly workload: Mutable<Workload>;
  readonly sets: WorldSet[];
  readonly pods: WorldPod[];
  readonly cordoned: Set<string>;
  readonly budgets: readonly Budget[];
  now(): number;
  /** Every moment at which somebody took a ready pod away: what was left, not counting what the test broke. */
  readonly losses: { by: string; left: number; wanted: number }[];
  /** Least number of ready pods seen. */
  least: number;
  made: number;
}

export const isReadyAt = ({ readiness }: WorldPod, at: number): boolean =>
  readiness.findLast((one) => one.at <= at)?.ready === true;

export const isGoing = ({ deleted }: WorldPod): boolean => deleted !== undefined;

export const readyPods = (world: World): readonly WorldPod[] =>
  world.pods.filter((pod) => !isGoing(pod) && isReadyAt(pod, world.now()));

export function bump(meta: Mutable<ObjectMeta>): void {
  meta.resourceVersion = String(Number(meta.resourceVersion ?? 0) + 1);
}

/** Takes a pod away; what is left is written down. */
export function takeAway(world: World, pod: WorldPod, by: string, wanted: number): void {
  const wasReady = isReadyAt(pod, world.now());
  pod.deleted = world.now();
  const broken = world.pods.filter((one) => one.broken && !isGoing(one)).length;
  if (wasReady) world.losses.push({ by, left: readyPods(world).length + broken, wanted });
}

export function addPod(world: World, set: WorldSet, name: string, node?: string): WorldPod {
  world.made += 1;
  const isFirst = node !== undefined;
  const pod: WorldPod = {
    name,
    uid: `pod-${world.made}`,
    owner: set.uid,
    created: world.now(),
    node,
    readiness: isFirst ? [{ at: world.now(), ready: true }] : [],
    starts: Number.POSITIVE_INFINITY,
    deleted: undefined,
    broken: false,
  };
  world.pods.push(pod);
  return pod;
}

export function podObject(world: World, pod: WorldPod): Pod {
  const set = world.sets.find(({ uid }) => uid === pod.owner);
  const ready = isReadyAt(pod, world.now());
  const { deleted } = pod;
  const gone =
    deleted === undefined ? {} : { deletionTimestamp: new Date(deleted + 30_000).toISOString(), deletionGracePeriodSeconds: 30 };
  return {
    metadata: {
      name: pod.name,
      namespace: 'shop',
      uid: pod.uid,
      labels: { app: 'web' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: set?.kind ?? '', name: set?.name ?? '', uid: pod.owner, controller: true },
      ],
      ...gone,
    },
    spec: { ...(pod.node === undefined ? {} : { nodeName: pod.node }) },
    status: {
      phase: pod.node === undefined ? 'Pending' : 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

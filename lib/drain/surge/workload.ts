import type { Condition, LabelSelector, ObjectMeta, PodSpec } from '../objects.ts';

/** Kinds whose pods are counted, as resources of apps/v1. */
export const PLURALS = { Deployment: 'deployments', StatefulSet: 'statefulsets', ReplicaSet: 'replicasets' } as const;
export type Kind = keyof typeof PLURALS;

/** A Deployment, StatefulSet or ReplicaSet, as far as a surge looks at it. */
export interface Workload {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly paused?: boolean;
    readonly minReadySeconds?: number;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string } | null;
    };
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } | null };
    readonly template?: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec?: PodSpec;
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly conditions?: readonly Condition[];
  };
}

/** One of them among all: by uid, for a name may be anybody's, and in two namespaces at once. */
export interface WorkloadRef {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export const refName = ({ kind, namespace, name }: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace}/${name}`;

/** 1 where nothing stands, as the API server's default. */
export const replicasOf = ({ spec }: Workload): number => spec?.replicas ?? 1;

function scaled(value: number | string | undefined, of: number, round: (share: number) => number): number {
  if (typeof value !== 'string') return value ?? 0;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? 0 : round((Number(percent) * of) / 100);
}

/** What a rolling update may add and take away, as the Deployment controller resolves it: surge rounded up, the other down, never both 0. */
export function fenceposts(workload: Workload): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge, maxUnavailable } = workload.spec?.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(workload);
  const surge = scaled(maxSurge, replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

const conditionOf = ({ status }: Workload, type: string) => status?.conditions?.find((one) => one.type === type);

/** The controller gave the rollout up (progressDeadlineSeconds). */
export function isStalled(workload: Workload): boolean {
  const { status, reason } = conditionOf(workload, 'Progressing') ?? {};
  return status === 'False' && reason === 'ProgressDeadlineExceeded';
}

/** The controller's own words for pods that it cannot make: quota, admission. */
export function replicaFailure(workload: Workload): string | undefined {
  const { status, message } = conditionOf(workload, 'ReplicaFailure') ?? {};
  return status === 'True' ? message : undefined;
}

/** The controller has seen the spec as it is, and no other revision's pods are left; undefined, or what is missing. */
export function unsettled(kind: Kind, workload: Workload): string | undefined {
  const { metadata, status = {} } = workload;
  const [wanted, has] = [replicasOf(workload), status.replicas ?? 0];
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return 'its controller has not seen its last change yet';
  if (kind === 'Deployment' && (status.updatedReplicas ?? 0) !== has) {
    return `a rollout is under way: ${status.updatedReplicas ?? 0} of ${has} pods are of its present template`;
  }
  return has === wanted ? undefined : `it has ${has} of ${wanted} pods`;
}

import type { Duration } from './units.ts';

/** One entry of a pod's spec.tolerations; empty texts as the API leaves them out. */
export interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
  readonly tolerationSeconds?: number;
}

/** Who brings a pod back. `other`: a controller of somebody else's, whose ways are not known. */
export type ControllerKind =
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'static'
  | 'bare'
  | 'other';

export interface Controller {
  readonly kind: ControllerKind;
  /** `ReplicaSet/web-7d4b`; empty: none. */
  readonly name: string;
  /** `Deployment/web`, where it stands above. */
  readonly above?: string;
  /** Absent: could not be asked. */
  readonly replicas?: { readonly wanted: number; readonly ready: number };
  /** Jobs: only a pod that has really ended is replaced (podReplacementPolicy: Failed). */
  readonly waitsForEnd?: boolean;
  /** Jobs: pods that have failed, and how many may. */
  readonly failures?: { readonly soFar: number; readonly limit: number };
}

/** How a volume keeps a second writer out, or does not. */
export type Fencing =
  /** Attached to one node at a time: the new pod waits for the old one's detachment. */
  | 'attached'
  /** ReadWriteOncePod: the scheduler waits for the old pod's end. */
  | 'one-pod'
  /** Lies on this node: the new pod can run nowhere else. */
  | 'node-bound'
  /** Single writer by its access mode or by its nature, and nothing enforces it. */
  | 'none'
  /** A directory of whichever node the pod runs on: two nodes, two versions. */
  | 'per-node'
  | 'unknown';

/** A volume that the pod may write to, and that is not made for many writers. */
export interface PodVolume {
  readonly name: string;
  /** `PVC data (ReadWriteOnce, ebs.csi.aws.com)`, `hostPath /var/lib/app`. */
  readonly what: string;
  readonly fencing: Fencing;
}

/** A pod of the node, as far as its end and its replacement depend on it. */
export interface FailoverPod {
  readonly namespace: string;
  readonly name: string;
  readonly controller: Controller;
  readonly tolerations: readonly Toleration[];
  readonly volumes: readonly PodVolume[];
  /** Names of the PodDisruptionBudgets that select it; undefined: could not be asked. */
  readonly budgets: readonly string[] | undefined;
  /** Bound to this node by its own selector: a new one could run nowhere else. */
  readonly pinned: boolean;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly gracePeriod: Duration;
}

/** One Node as the node lifecycle controller counts it. */
export interface ZoneNode {
  readonly name: string;
  readonly zone: string;
  readonly ready: boolean;
  /** Label node.kubernetes.io/exclude-disruption. */
  readonly excluded: boolean;
}

/** Flags of one program of the control plane, by name without dashes. */
export interface ComponentFlags {
  readonly flags: Readonly<Record<string, string>>;
  /** `process 812`, `/etc/kubernetes/manifests/kube-controller-manager.yaml`. */
  readonly from: string;
}

/** One pod of a situation, on the node that is drained unless `on` says else. Running, ready, and of a ReplicaSet by default. */
export interface PodIs {
  readonly name: string;
  readonly on?: 'node' | 'second' | 'elsewhere';
  readonly owner?:
    | 'ReplicaSet'
    | 'StatefulSet'
    | 'Job'
    | 'ReplicationController'
    | 'Widget'
    | 'DaemonSet'
    | 'DaemonSet that is gone'
    | 'DaemonSet of extensions/v1beta1'
    | 'DaemonSet, not as controller'
    | 'nobody';
  readonly phase?: 'Running' | 'Pending' | 'Succeeded' | 'Failed';
  readonly ready?: boolean;
  readonly volume?: 'emptyDir' | 'emptyDir in memory' | 'hostPath';
  readonly mirror?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: 'own' | 'other';
  /** Deleted before the drain begins: its grace period still runs, or ended seconds ago. */
  readonly deleted?: 'just now' | 'long ago';
  /** Its kubelet never confirms; `slowly`: after a while. */
  readonly kubelet?: 'prompt' | 'slow' | 'dead';
  readonly finalizer?: boolean;
  /** Once it has left, a pod of this name starts elsewhere. */
  readonly comesBack?: boolean;
}

export interface BudgetIs {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly namespace?: 'own' | 'other';
}

/** What the API server, or something before it, does instead of answering. */
export interface Trouble {
  readonly on: 'evict' | 'delete' | 'get pod' | 'list pods' | 'get daemonset' | 'patch node' | 'discovery';
  readonly pod?: string;
  readonly answer:
    | 'reset'
    | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };
  /** So often; always without. */
  readonly times?: number;
}

export interface Situation {
  readonly name: string;
  readonly pods?: readonly PodIs[];
  readonly budgets?: readonly BudgetIs[];
  readonly flags?: readonly string[];
  /** Instead of the node's name. */
  readonly nodes?: readonly ('node' | 'second' | 'elsewhere' | 'missing')[] | 'by label' | 'by a label nobody has';
  readonly troubles?: readonly Trouble[];
  readonly cordoned?: boolean;
  /** The namespace is deleted right before the drain. */
  readonly namespaceEnds?: boolean;
  /** After the first refusal one more ready pod of the budget appears elsewhere. */
  readonly opens?: { readonly labels: Readonly<Record<string, string>> };
  /** Exit status: 0 or another. */
  readonly fails: boolean;
  /** Pods whose eviction or deletion was granted in the drain. */
  readonly gone: readonly string[];
  /** The node is cordoned at the end; by default it is. */
  readonly staysOpen?: boolean;
  /** Where we mean to do otherwise: what kubectl does, and why not. */
  readonly kubectl?: {
    readonly fails: boolean;
    readonly gone: readonly string[];
    readonly because: string;
    /** The minor version from which on kubectl does as we do. */
    readonly until?: number;
  };
}

export const status = (code: number, reason: string, message: string, details?: unknown) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
  ...(details === undefined ? {} : { details }),
});

/** What is typed for a situation. */
export function operandsOf(
  { nodes = ['node'], flags = [] }: Situation,
  name = (node: string) => node,
  pool = 'parity',
): readonly string[] {
  if (nodes === 'by label') return ['--selector', `pool=${pool}`, ...flags];
  if (nodes === 'by a label nobody has') return ['--selector', 'pool=nobody', ...flags];
  return [...nodes.map(name), ...flags];
}

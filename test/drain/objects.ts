import type { BudgetIs, PodIs } from './situation.ts';

/** Nodes of every situation: the one that is drained, one that may be drained with it, one that stays. */
export const NODES = ['node', 'second', 'elsewhere'] as const;

type Json = Readonly<Record<string, unknown>>;
/** How a name of the table is called in this run: on a real server each situation has nodes and namespaces of its own. */
export interface Names {
  node(name: string): string;
  readonly own: string;
  readonly other: string;
  /** uid of an owner that exists. */
  owner(kind: string): string;
}

type Owner = NonNullable<PodIs['owner']>;
const OWNERS: Readonly<
  Record<Exclude<Owner, 'nobody'>, readonly [apiVersion: string, kind: string, name: string, controller: boolean]>
> = {
  ReplicaSet: ['apps/v1', 'ReplicaSet', 'set', true],
  StatefulSet: ['apps/v1', 'StatefulSet', 'db', true],
  Job: ['batch/v1', 'Job', 'job', true],
  ReplicationController: ['v1', 'ReplicationController', 'rc', true],
  Widget: ['example.com/v1', 'Widget', 'widget', true],
  DaemonSet: ['apps/v1', 'DaemonSet', 'daemon', true],
  'DaemonSet that is gone': ['apps/v1', 'DaemonSet', 'gone', true],
  'DaemonSet of extensions/v1beta1': ['extensions/v1beta1', 'DaemonSet', 'old', true],
  'DaemonSet, not as controller': ['apps/v1', 'DaemonSet', 'daemon', false],
};

function references({ owner = 'ReplicaSet' }: PodIs, names: Names): readonly Json[] {
  if (owner === 'nobody') return [];
  const [apiVersion, kind, name, controller] = OWNERS[owner];
  return [{ apiVersion, kind, name, uid: names.owner(kind), controller }];
}

function volumes({ volume }: PodIs): readonly Json[] {
  if (volume === undefined) return [];
  if (volume === 'hostPath') return [{ name: 'data', hostPath: { path: '/tmp' } }];
  return [{ name: 'data', emptyDir: volume === 'emptyDir' ? {} : { medium: 'Memory' } }];
}

/** A pod as it is created; uid and status are added by whoever stores it. */
export function podSpec(is: PodIs, names: Names): Json {
  const { name, labels = {}, mirror, finalizer, on = 'node', namespace = 'own' } = is;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: namespace === 'own' ? names.own : names.other,
      labels,
      annotations: mirror === true ? { 'kubernetes.io/config.mirror': 'x' } : {},
      ownerReferences: references(is, names),
      ...(finalizer === true ? { finalizers: ['example.com/keeps'] } : {}),
    },
    spec: {
      nodeName: names.node(on),
      automountServiceAccountToken: false,
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'app', image: 'none' }],
      volumes: volumes(is),
    },
  };
}

export function podStatus({ phase = 'Running', ready = phase === 'Running' }: PodIs): Json {
  return { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
}

export function budgetObject(
  { name, selector, minAvailable, maxUnavailable, namespace: where = 'own' }: BudgetIs,
  own: string,
  other = 'other-ns',
  apiVersion = 'policy/v1',
): unknown {
  return {
    apiVersion,
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: where === 'own' ? own : other },
    spec: {
      selector: { matchLabels: selector },
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    },
  };
}

/** A node that is ready and has room. */
export function nodeObject(name: string, unschedulable = false, pool = 'parity') {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, resourceVersion: '1', labels: { pool: name === 'node' ? pool : 'rest' } },
    spec: { unschedulable },
    status: { conditions: [{ type: 'Ready', status: 'True' }], allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
  };
}

/** Where the pods of a Deployment are when the drain begins. */
export type Placed = 'all on it' | 'all but one on it';

export interface BenchWorkload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
  readonly replicas: number;
  readonly strategy: string;
  readonly placed: Placed;
}

/** Ready 4 s after it started, as a program that has something to load. */
const container = {
  name: 'main',
  image: 'busybox:lab',
  imagePullPolicy: 'Never',
  readinessProbe: { exec: { command: ['true'] }, initialDelaySeconds: 4, periodSeconds: 30, timeoutSeconds: 20 },
};

const STRATEGIES: Readonly<Record<string, object>> = {
  default: {},
  'maxSurge 1, maxUnavailable 0': { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
};

export const deployments: readonly BenchWorkload[] = Object.keys(STRATEGIES).flatMap((strategy, at) =>
  (
    [
      [1, 'all on it'],
      [2, 'all on it'],
      [5, 'all on it'],
      [2, 'all but one on it'],
      [5, 'all but one on it'],
    ] as const
  ).map(([replicas, placed]) => ({
    kind: 'Deployment' as const,
    name: `web-${at}-${replicas}-${placed === 'all on it' ? 'all' : 'most'}`,
    replicas,
    strategy,
    placed,
  })),
);

export const statefulSet: BenchWorkload = {
  kind: 'StatefulSet',
  name: 'db',
  replicas: 2,
  strategy: 'RollingUpdate',
  placed: 'all on it',
};

export function manifest({ kind, name, strategy }: BenchWorkload, replicas: number): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { hostNetwork: true, terminationGracePeriodSeconds: 3, containers: [container] },
  };
  const more = kind === 'StatefulSet' ? { serviceName: name, podManagementPolicy: 'Parallel' } : STRATEGIES[strategy];
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template, ...more },
  };
}

/** One of each kind that behaves differently when its node falls silent, all of them started on that node. */
const image = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never' };

/** What the API server is told to put into pods that say nothing. */
export const DEFAULT_SECONDS = 20;

const keys = ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready'];

const tolerate = (seconds: number) =>
  keys.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }));

function spec(seconds?: number, more: object = {}): object {
  return {
    hostNetwork: true,
    terminationGracePeriodSeconds: 1,
    containers: [image],
    ...(seconds === undefined ? {} : { tolerations: tolerate(seconds) }),
    ...more,
  };
}

function owned(kind: string, name: string, pod: object, more: object = {}): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: pod };
  const selector = { matchLabels: labels };
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec: { selector, template, ...more } };
}

const directory = { name: 'data', hostPath: { path: '/var/tmp/failover', type: 'DirectoryOrCreate' } };

/** The names begin with `fo-`; a pod's name begins with its owner's. */
export const workloads: readonly object[] = [
  owned('Deployment', 'fo-default', spec(), { replicas: 2 }),
  owned('Deployment', 'fo-quick', spec(2), { replicas: 1 }),
  owned(
    'Deployment',
    'fo-writer',
    spec(10, { volumes: [directory], containers: [{ ...image, volumeMounts: [{ name: 'data', mountPath: '/data' }] }] }),
    { replicas: 1 },
  ),
  owned('StatefulSet', 'fo-db', spec(6), { replicas: 1, serviceName: 'fo-db' }),
  owned('DaemonSet', 'fo-agent', spec()),
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'fo-bare' }, spec: spec(8) },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'fo-job' },
    spec: { template: { metadata: { labels: { app: 'fo-job' } }, spec: spec(4, { restartPolicy: 'Never' }) } },
  },
];

/** For /etc/kubernetes/manifests. */
export const staticPod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'fo-static' }, spec: spec() });

import { LabError } from './error.ts';
import type { Lab } from './lab.ts';
import { waitFor } from './wait.ts';

export interface PodsRequest {
  /** Name of the Deployment, or the prefix of bare pods: `web`, `web-1`. Also the value of their label `app`. */
  readonly name: string;
  readonly count: number;
  /** The host they run on; without it the scheduler decides. */
  readonly node?: string;
  /** A Deployment, or pods that nobody replaces (default). */
  readonly owner?: 'deployment' | 'none';
  /** Default: sleep until told to end. Run by the busybox image. */
  readonly command?: readonly string[];
  /** Must exist; default `default`. */
  readonly namespace?: string;
  /** Bound of the wait; default 60 s. */
  readonly timeoutMs?: number;
}

interface PodList {
  readonly items: readonly { readonly status: { readonly phase: string } }[];
}

/** Create pods in the host's network and wait until all of them run. */
export async function runPods(lab: Lab, request: PodsRequest): Promise<void> {
  const namespace = request.namespace ?? 'default';
  const created = await lab.kubectl(['apply', '-n', namespace, '-f', '-'], { input: JSON.stringify(renderPods(request)) });
  if (created.code !== 0) throw new LabError(`could not create pods ${request.name}: ${created.stderr.trim()}`);

  const query = ['get', 'pods', '-n', namespace, '-l', `app=${request.name}`];
  await waitFor(
    `${request.count} running pods ${request.name}`,
    async () => {
      const { items } = (await lab.kubectlJson(query)) as PodList;
      return items.filter((pod) => pod.status.phase === 'Running').length >= request.count ? true : undefined;
    },
    { timeoutMs: request.timeoutMs ?? 60_000, everyMs: 500, see: 'npm run lab -- kubectl describe pods' },
  );
}

function renderPods(request: PodsRequest): unknown {
  const labels = { app: request.name };
  const container = {
    name: 'main',
    image: 'busybox:lab',
    imagePullPolicy: 'Never',
    ...(request.command === undefined ? {} : { command: request.command }),
  };
  const spec = {
    hostNetwork: true,
    containers: [container],
    ...(request.node === undefined ? {} : { nodeSelector: { 'kubernetes.io/hostname': request.node } }),
  };
  if (request.owner === 'deployment') {
    const template = { metadata: { labels }, spec };
    const wanted = { replicas: request.count, selector: { matchLabels: labels }, template };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: request.name, labels }, spec: wanted };
  }

  const items = Array.from({ length: request.count }, (_, i) => {
    const metadata = { name: request.count === 1 ? request.name : `${request.name}-${i + 1}`, labels };
    return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  });
  return { apiVersion: 'v1', kind: 'List', items };
}

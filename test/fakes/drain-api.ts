import { onTestFinished } from 'vitest';
import type { Budget, Node, Pod } from '../../lib/drain/objects.ts';
import { meetsAll, parseSelector, selects } from '../../lib/drain/selector.ts';
import { budgetObject, type Names, NODES, nodeObject, podSpec, podStatus } from '../drain/objects.ts';
import { type PodIs, type Situation, status } from '../drain/situation.ts';
import { troublemaker } from '../drain/troubles.ts';
import { type FakeApi, fakeApi, type Reply, type Seen } from './kube-api.ts';

const names: Names = { node: (name) => name, own: 'own-ns', other: 'other-ns', owner: (kind) => `uid-of-${kind}` };
let made = 0;

function podObject(is: PodIs): Pod {
  made += 1;
  const pod = podSpec(is, names) as unknown as Pod;
  return { ...pod, metadata: { ...pod.metadata, uid: `uid-${made}` }, status: podStatus(is) as NonNullable<Pod['status']> };
}

interface Stored {
  pod: Pod;
  readonly is: PodIs;
  /** When its kubelet will have confirmed. */
  ends: number;
}

/** An API server with nodes, pods and budgets as a drain meets them, and kubelets that confirm deletions. */
export interface DrainApi {
  readonly server: FakeApi;
  /** Pods whose eviction or deletion was granted, but for those that were terminating before. */
  readonly gone: Set<string>;
  isCordoned(name: string): boolean;
  annotation(node: string): unknown;
}

const ok = (body: unknown, code = 200): Reply => ({ status: code, body });
const refuse = (code: number, reason: string, message: string, details?: unknown): Reply => ({
  status: code,
  body: status(code, reason, message, details),
});
/** Milliseconds that a kubelet needs to confirm. */
const CONFIRMS = { prompt: 500, slow: 2500, dead: Number.POSITIVE_INFINITY } as const;

const needed = ({ spec, status: of }: Budget, expected: number): number => {
  const share = (value: number | string) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * expected);
  if (spec?.maxUnavailable !== undefined) return expected - share(spec.maxUnavailable);
  return share(spec?.minAvailable ?? of?.desiredHealthy ?? 0);
};

export async function drainApi(situation: Situation, now: () => number): Promise<DrainApi> {
  const pods = new Map<string, Stored>();
  const nodes = new Map<string, Node>(
    NODES.map((name) => [name, nodeObject(name, situation.cordoned === true && name === 'node')]),
  );
  const budgets = (situation.budgets ?? []).map((is) => budgetObject(is, 'own-ns') as Budget);
  const gone = new Set<string>();
  const doomed = new Set<string>();
  let opened = false;
  const add = (is: PodIs): void => {
    const pod = podObject(is);
    pods.set(`${pod.metadata.namespace}/${pod.metadata.name}`, { pod, is, ends: Number.POSITIVE_INFINITY });
  };
  const stamp = (stored: Stored, grace: number): void => {
    if (stored.is.finalizer !== true) stored.ends = now() + CONFIRMS[stored.is.kubelet ?? 'prompt'];
    const deletionTimestamp = new Date(now() + grace * 1000).toISOString();
    stored.pod = { ...stored.pod, metadata: { ...stored.pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace } };
  };
  for (const is of situation.pods ?? []) add(is);
  for (const stored of pods.values()) {
    const isEnding = stored.is.deleted !== undefined || situation.namespaceEnds === true;
    if (isEnding) doomed.add(stored.is.name);
    if (isEnding) stamp(stored, stored.is.deleted === 'long ago' ? -10 : 30);
  }

  function vanish(key: string, { is }: Stored): void {
    pods.delete(key);
    if (is.comesBack === true) add({ ...is, on: 'elsewhere', comesBack: false });
  }

  function remove(key: string, stored: Stored, seconds: number | undefined): void {
    if (!doomed.has(stored.is.name)) gone.add(stored.is.name);
    const isEnded = ['Succeeded', 'Failed'].includes(stored.pod.status?.phase ?? '');
    if ((seconds === 0 || isEnded) && stored.is.finalizer !== true) vanish(key, stored);
    else if (stored.pod.metadata.deletionTimestamp === undefined) stamp(stored, seconds ?? 30);
  }

  function budgetRefusal({ pod }: Stored): Reply | undefined {
    const { phase } = pod.status ?? {};
    if (phase !== 'Running' || pod.metadata.deletionTimestamp !== undefined) return undefined;
    const holding = budgets.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace && selects(spec?.selector ?? {}, pod.metadata.labels ?? {}),
    );
    const [budget] = holding;
    if (budget === undefined) return undefined;
    if (holding.length > 1) {
      return refuse(
        500,
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    }
    const counted = [...pods.values()].filter(({ pod: other }) =>
      selects(budget.spec?.selector ?? {}, other.metadata.labels ?? {}),
    );
    const healthy = counted.filter(({ is, pod: other }) => is.ready !== false && other.metadata.deletionTimestamp === undefined);
    const wanted = needed(budget, counted.length);
    if (healthy.length > wanted) return undefined;
    const message = `The disruption budget ${budget.metadata.name} needs ${wanted} healthy pods and has ${healthy.length} currently`;
    if (situation.opens !== undefined && !opened) add({ name: 'opener', on: 'elsewhere', labels: situation.opens.labels });
    opened = true;
    const causes = [{ reason: 'DisruptionBudget', message }];
    return refuse(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", { causes });
  }

  function evict(key: string, stored: Stored, body: string): Reply {
    if (situation.namespaceEnds === true) {
      const causes = [{ reason: 'NamespaceTerminating', message: 'namespace own-ns is being terminated' }];
      return refuse(403, 'Forbidden', 'unable to create new content in namespace own-ns because it is being terminated', {
        causes,
      });
    }
    const { deleteOptions = {} } = JSON.parse(body) as { deleteOptions?: { dryRun?: unknown; gracePeriodSeconds?: number } };
    const refused = budgetRefusal(stored);
    if (refused !== undefined) return refused;
    if (deleteOptions.dryRun === undefined) remove(key, stored, deleteOptions.gracePeriodSeconds);
    return ok(status(201, '', ''), 201);
  }

  function onePod(method: string, key: string, action: string | undefined, body: string): Reply {
    const stored = pods.get(key);
    if (stored === undefined) return refuse(404, 'NotFound', `pods "${key.split('/')[1]}" not found`);
    if (action === 'eviction') return evict(key, stored, body);
    if (method === 'DELETE') {
      const { dryRun, gracePeriodSeconds } = JSON.parse(body) as { dryRun?: unknown; gracePeriodSeconds?: number };
      if (dryRun === undefined) remove(key, stored, gracePeriodSeconds);
      return ok(stored.pod);
    }
    return ok(stored.pod);
  }

  function listPods(query: URLSearchParams): Reply {
    const node = /^spec\.nodeName=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
    const wanted = parseSelector(query.get('labelSelector') ?? '') ?? [];
    const all = [...pods.values()]
      .map(({ pod }) => pod)
      .filter((pod) => (node === undefined || pod.spec?.nodeName === node) && meetsAll(pod.metadata.labels ?? {}, wanted));
    const [from, limit] = [Number(query.get('continue') ?? 0), Number(query.get('limit') ?? all.length)];
    const metadata = from + limit < all.length ? { continue: String(from + limit) } : {};
    return ok({ kind: 'PodList', metadata, items: all.slice(from, from + limit) });
  }

  function oneNode(method: string, name: string, body: string, dryRun: boolean): Reply {
    const node = nodes.get(name);
    if (node === undefined) return refuse(404, 'NotFound', `nodes "${name}" not found`);
    if (method !== 'PATCH') return ok(node);
    const { spec, metadata } = JSON.parse(body) as { spec: { unschedulable: boolean | null }; metadata: Node['metadata'] };
    const patched: Node = {
      ...node,
      metadata: { ...node.metadata, annotations: { ...metadata.annotations } },
      spec: { ...node.spec, unschedulable: spec.unschedulable === true },
    };
    if (!dryRun) nodes.set(name, patched);
    return ok(patched);
  }

  function serve({ method, path, body }: Seen): Reply {
    for (const [key, stored] of pods) if (stored.ends <= now()) vanish(key, stored);
    const { pathname, searchParams } = new URL(path, 'https://x');
    const pod = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)(?:\/(\w+))?$/.exec(pathname);
    if (pod !== null) return onePod(method, `${pod[1]}/${pod[2]}`, pod[3], body);
    if (pathname === '/api/v1/pods') return listPods(searchParams);
    const node = /^\/api\/v1\/nodes\/([^/]+)$/.exec(pathname);
    if (node !== null) return oneNode(method, node[1] ?? '', body, searchParams.has('dryRun'));
    if (pathname === '/api/v1/nodes') {
      const wanted = parseSelector(searchParams.get('labelSelector') ?? '') ?? [];
      return ok({ items: [...nodes.values()].filter(({ metadata }) => meetsAll(metadata.labels ?? {}, wanted)) });
    }
    if (pathname === '/api/v1')
      return ok({ resources: [{ name: 'pods/eviction', kind: 'Eviction', group: 'policy', version: 'v1' }] });
    if (pathname.endsWith('/poddisruptionbudgets')) return ok({ items: budgets });
    const daemonSet = /\/daemonsets\/(.+)$/.exec(pathname)?.[1];
    if (daemonSet === 'daemon') return ok({ kind: 'DaemonSet' });
    return refuse(404, 'NotFound', `daemonsets.apps "${daemonSet}" not found`);
  }

  const trouble = troublemaker(situation.troubles ?? []);
  const server = await fakeApi({ reply: (_, request) => trouble(request) ?? serve(request) });
  onTestFinished(() => server.close());
  return {
    server,
    gone,
    isCordoned: (name) => nodes.get(name)?.spec?.unschedulable === true,
    annotation: (name) => nodes.get(name)?.metadata.annotations?.['nodemend.io/cordoned-by'],
  };
}

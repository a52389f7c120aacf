import type { PolicyVersion } from '../../lib/drain/budget.ts';
import { type Outcome, outcomeOf } from '../../lib/drain/failure.ts';
import type { Budget, Claim, Node, ObjectMeta, PersistentVolume, Pod } from '../../lib/drain/objects.ts';
import { EVICTION_LABEL } from '../../lib/kube/eviction-label.ts';
import { seconds } from '../../lib/model/units.ts';
import type { Api } from './api.ts';
import { ASK, LIST, type List, listAll, path, query, read, walk } from './lists.ts';

export interface Removal {
  /** Seconds; negative: the pod's own. */
  readonly gracePeriod: number;
  /** `dryRun=All`: admission and budgets are asked, nothing is done. */
  readonly dryRun: boolean;
}

export interface ListOptions {
  readonly selector?: string;
  /** Objects per answer; 0: all in one. */
  readonly chunkSize: number;
}

/** What a drain asks of the API server and does there. Every answer is a value. */
export interface ClusterPods {
  node(name: string): Promise<Outcome<Node>>;
  nodes(options: ListOptions): Promise<Outcome<readonly Node[]>>;
  /** Strategic merge. */
  patchNode(name: string, patch: unknown, dryRun: boolean): Promise<Outcome<Node>>;
  podsOf(node: string, options: ListOptions): Promise<Outcome<readonly Pod[]>>;
  /** The pods of a node as the server last cached them: a pod that is missing here may still be there, ask for it. */
  present(node: string): Promise<Outcome<readonly ObjectMeta[]>>;
  pod(namespace: string, name: string): Promise<Outcome<Pod>>;
  daemonSet(namespace: string, name: string): Promise<Outcome<unknown>>;
  /** The version in which evictions are sent; undefined: the server knows none. */
  evictionVersion(): Promise<Outcome<PolicyVersion | undefined>>;
  evict(pod: Pod, removal: Removal & { readonly version: PolicyVersion }): Promise<Outcome<unknown>>;
  remove(pod: Pod, removal: Removal): Promise<Outcome<unknown>>;
  budgets(namespace: string, version: PolicyVersion): Promise<Outcome<readonly Budget[]>>;
  /** How many pods the cluster has, as far as it says so. */
  countPods(): Promise<Outcome<number>>;
  /** Every pod that has a node and has not ended, page by page; `false` ends it. */
  eachPod(visit: (page: readonly Pod[]) => boolean): Promise<Outcome<unknown>>;
  claim(namespace: string, name: string): Promise<Outcome<Claim>>;
  volume(name: string): Promise<Outcome<PersistentVolume>>;
}

/** Admission webhooks may take 30 s. */
const WRITE = seconds(40);
const PAGE = 500;

const podPath = (namespace: string, name: string) => `/api/v1/namespaces/${path(namespace, 'pods', name)}`;
const placeOf = ({ metadata: { namespace = '', name } }: Pod) => podPath(namespace, name);
const onNode = (name: string) => `spec.nodeName=${name}`;

function deleteOptions(pod: Pod, { gracePeriod, dryRun }: Removal) {
  const { uid } = pod.metadata;
  return {
    ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}),
    ...(dryRun ? { dryRun: ['All'] } : {}),
    // A StatefulSet's next pod has the same name, and is none of ours.
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
}

const limit = ({ chunkSize }: ListOptions) => (chunkSize > 0 ? String(chunkSize) : undefined);

async function readEvictionVersion(api: Api): Promise<Outcome<PolicyVersion | undefined>> {
  type Resource = { readonly name: string; readonly kind: string; readonly group?: string; readonly version?: string };
  const found = await read<{ readonly resources?: readonly Resource[] }>(api, '/api/v1');
  if (!found.ok) return found;
  const eviction = found.value.resources?.find(({ name, kind }) => name === 'pods/eviction' && kind === 'Eviction');
  if (eviction?.group === undefined || eviction.version === undefined) return { ok: true, value: undefined };
  return { ok: true, value: eviction.version === 'v1' ? 'v1' : 'v1beta1' };
}

type Acting = Pick<ClusterPods, 'patchNode' | 'evict' | 'remove'>;

function acting(api: Api): Acting {
  return {
    patchNode: async (name, patch, dryRun) => {
      const where = `/api/v1/nodes/${path(name)}${dryRun ? '?dryRun=All' : ''}`;
      return outcomeOf(await api({ method: 'PATCH', path: where, body: JSON.stringify(patch), deadline: WRITE }));
    },
    evict: async (pod, { version, ...removal }) => {
      const { name, namespace } = pod.metadata;
      const body = {
        apiVersion: `policy/${version}`,
        kind: 'Eviction',
        metadata: { name, namespace, labels: EVICTION_LABEL },
        deleteOptions: deleteOptions(pod, removal),
      };
      return outcomeOf(
        await api({ method: 'POST', path: `${placeOf(pod)}/eviction`, body: JSON.stringify(body), deadline: WRITE }),
      );
    },
    remove: async (pod, removal) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions(pod, removal) };
      return outcomeOf(await api({ method: 'DELETE', path: placeOf(pod), body: JSON.stringify(body), deadline: WRITE }));
    },
  };
}

export function clusterPods(api: Api): ClusterPods {
  const running = { fieldSelector: 'spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed' };
  return {
    ...acting(api),
    node: (name) => read(api, `/api/v1/nodes/${path(name)}`),
    nodes: (options) => listAll(api, '/api/v1/nodes', { labelSelector: options.selector, limit: limit(options) }),
    podsOf: (node, options) =>
      listAll(api, '/api/v1/pods', { fieldSelector: onNode(node), labelSelector: options.selector, limit: limit(options) }),
    present: async (node) => {
      const where = `/api/v1/pods${query({ fieldSelector: onNode(node), resourceVersion: '0' })}`;
      const answer = await api({ method: 'GET', path: where, deadline: LIST, metadataOnly: true });
      const listed = outcomeOf<List<{ readonly metadata: ObjectMeta }>>(answer);
      return listed.ok ? { ok: true, value: (listed.value.items ?? []).map(({ metadata }) => metadata) } : listed;
    },
    pod: (namespace, name) => read(api, podPath(namespace, name)),
    daemonSet: (namespace, name) => read(api, `/apis/apps/v1/namespaces/${path(namespace, 'daemonsets', name)}`),
    evictionVersion: () => readEvictionVersion(api),
    budgets: (namespace, version) =>
      listAll(api, `/apis/policy/${version}/namespaces/${path(namespace, 'poddisruptionbudgets')}`, {}),
    countPods: async () => {
      const answer = await api({ method: 'GET', path: '/api/v1/pods?limit=1', deadline: ASK, metadataOnly: true });
      const listed = outcomeOf<List<unknown>>(answer);
      return listed.ok ? { ok: true, value: (listed.value.metadata?.remainingItemCount ?? 0) + 1 } : listed;
    },
    eachPod: (visit) => walk<Pod>(api, { where: '/api/v1/pods', parts: { ...running, limit: String(PAGE) }, visit }),
    claim: (namespace, name) => read(api, `/api/v1/namespaces/${path(namespace, 'persistentvolumeclaims', name)}`),
    volume: (name) => read(api, `/api/v1/persistentvolumes/${path(name)}`),
  };
}

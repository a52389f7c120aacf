import { isNotFound, type Outcome, outcomeOf } from '../../lib/drain/failure.ts';
import type { Condition, ObjectMeta, Pod } from '../../lib/drain/objects.ts';
import { seconds } from '../../lib/model/units.ts';
import type { Api } from './api.ts';
import { listAll, path, read } from './lists.ts';

/** KEP-4563, v1alpha1 as Kubernetes 1.37 brings it behind the gate EvictionRequestAPI. */
const GROUP = '/apis/lifecycle.k8s.io/v1alpha1';
/** Who asks: a label of that name stands on what becomes of the request. */
const REQUESTER = 'nodemend.io/drain';

export interface EvictionRequest {
  readonly metadata: ObjectMeta;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** What the controller has made of everybody's requests for one pod, with those who are to respond to it. */
export interface RequestedEviction {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly target?: { readonly pod?: { readonly uid?: string } } };
  readonly status?: {
    readonly targetResponders?: readonly { readonly name?: string; readonly state?: string }[];
    readonly responders?: readonly { readonly name?: string; readonly message?: string }[];
  };
}

/** Pods asked away instead of evicted: who is responsible for a pod moves it in its own way. Every answer is a value. */
export interface EvictionRequests {
  /** The server knows them. */
  served(): Promise<Outcome<boolean>>;
  create(pod: Pod, dryRun: boolean): Promise<Outcome<EvictionRequest>>;
  request(pod: Pod): Promise<Outcome<EvictionRequest>>;
  evictions(namespace: string): Promise<Outcome<readonly RequestedEviction[]>>;
  /** A request that is deleted counts as withdrawn. */
  withdraw(pod: Pod): Promise<Outcome<unknown>>;
}

const WRITE = seconds(40);

const folder = ({ metadata: { namespace = '' } }: Pod) => `${GROUP}/namespaces/${path(namespace, 'evictionrequests')}`;
/** The same for each drain of the same pod: one that was interrupted is found again. */
const nameOf = ({ metadata }: Pod) => `nodemend-drain-${metadata.uid ?? metadata.name}`;

async function isServed(api: Api): Promise<Outcome<boolean>> {
  type Resource = { readonly name?: string; readonly kind?: string };
  const found = await read<{ readonly resources?: readonly Resource[] }>(api, GROUP);
  if (!found.ok) return isNotFound(found.failure) ? { ok: true, value: false } : found;
  const isThere = found.value.resources?.some(({ name, kind }) => name === 'evictionrequests' && kind === 'EvictionRequest');
  return { ok: true, value: isThere === true };
}

export function evictionRequests(api: Api): EvictionRequests {
  return {
    served: () => isServed(api),
    create: async (pod, dryRun) => {
      const { name, namespace, uid } = pod.metadata;
      const body = {
        apiVersion: 'lifecycle.k8s.io/v1alpha1',
        kind: 'EvictionRequest',
        metadata: { name: nameOf(pod), namespace },
        spec: { requester: REQUESTER, intent: 'Eviction', target: { pod: { name, uid } } },
      };
      const where = `${folder(pod)}${dryRun ? '?dryRun=All' : ''}`;
      return outcomeOf(await api({ method: 'POST', path: where, body: JSON.stringify(body), deadline: WRITE }));
    },
    request: (pod) => read(api, `${folder(pod)}/${path(nameOf(pod))}`),
    evictions: (namespace) => listAll(api, `${GROUP}/namespaces/${path(namespace, 'evictions')}`, { labelSelector: REQUESTER }),
    withdraw: async (pod) => {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions' });
      return outcomeOf(await api({ method: 'DELETE', path: `${folder(pod)}/${path(nameOf(pod))}`, body, deadline: WRITE }));
    },
  };
}

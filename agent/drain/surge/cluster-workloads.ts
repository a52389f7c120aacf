import { type Outcome, outcomeOf } from '../../../lib/drain/failure.ts';
import type { LabelSelector, ObjectMeta, Pod } from '../../../lib/drain/objects.ts';
import { SURGE } from '../../../lib/drain/surge/claim.ts';
import type { Patch } from '../../../lib/drain/surge/patches.ts';
import { selectorText } from '../../../lib/drain/surge/selector-text.ts';
import { type Kind, PLURALS, type Workload, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import { seconds } from '../../../lib/model/units.ts';
import type { Api } from '../api.ts';
import { LIST, type List, listAll, path, query, read } from '../lists.ts';

export interface Autoscaler {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } };
}

/** What a surge asks of the API server and does there. Every answer is a value. */
export interface ClusterWorkloads {
  workload(kind: Kind, namespace: string, name: string): Promise<Outcome<Workload>>;
  /** Strategic merge; a resourceVersion in it that is not the present one is a 409. */
  patch(ref: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>, patch: Patch, dryRun: boolean): Promise<Outcome<Workload>>;
  /** As they are now, not as a cache has them. */
  pods(namespace: string, selector: LabelSelector): Promise<Outcome<readonly Pod[]>>;
  /** Of a Deployment, by its selector. */
  replicaSets(namespace: string, selector: LabelSelector): Promise<Outcome<readonly Workload[]>>;
  autoscalers(namespace: string): Promise<Outcome<readonly Autoscaler[]>>;
  /** Names and annotations of all that a surge has marked, as the server last cached them: look at each again. */
  marked(kind: Kind): Promise<Outcome<readonly ObjectMeta[]>>;
}

/** Admission webhooks may take 30 s. */
const WRITE = seconds(40);

const placeOf = ({ kind, namespace, name }: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>) =>
  `/apis/apps/v1/namespaces/${path(namespace, PLURALS[kind], name)}`;

async function markedMetadata(api: Api, where: string): Promise<Outcome<readonly ObjectMeta[]>> {
  const call = {
    method: 'GET',
    path: `${where}${query({ labelSelector: SURGE, resourceVersion: '0' })}`,
    deadline: LIST,
  } as const;
  const listed = outcomeOf<List<{ readonly metadata: ObjectMeta }>>(await api({ ...call, metadataOnly: true }));
  return listed.ok ? { ok: true, value: (listed.value.items ?? []).map(({ metadata }) => metadata) } : listed;
}

export function clusterWorkloads(api: Api): ClusterWorkloads {
  return {
    workload: (kind, namespace, name) => read(api, placeOf({ kind, namespace, name })),
    patch: async (ref, patch, dryRun) => {
      const where = `${placeOf(ref)}${dryRun ? '?dryRun=All' : ''}`;
      return outcomeOf(await api({ method: 'PATCH', path: where, body: JSON.stringify(patch), deadline: WRITE }));
    },
    pods: (namespace, selector) =>
      listAll(api, `/api/v1/namespaces/${path(namespace, 'pods')}`, { labelSelector: selectorText(selector) }),
    replicaSets: (namespace, selector) =>
      listAll(api, `/apis/apps/v1/namespaces/${path(namespace, 'replicasets')}`, { labelSelector: selectorText(selector) }),
    autoscalers: (namespace) =>
      listAll(api, `/apis/autoscaling/v1/namespaces/${path(namespace, 'horizontalpodautoscalers')}`, {}),
    marked: (kind) => markedMetadata(api, `/apis/apps/v1/${PLURALS[kind]}`),
  };
}

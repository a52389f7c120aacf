import { type Outcome, outcomeOf } from '../../../lib/drain/failure.ts';
import type { LabelSelector, ObjectMeta, Pod } from '../../../lib/drain/objects.ts';
import type { Patch } from '../../../lib/drain/surge/patches.ts';
import { selectorText } from '../../../lib/drain/surge/selector-text.ts';
import { type Kind, PLURALS, type Workload, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import { seconds } from '../../../lib/model/units.ts';
import type { Api } from '../api.ts';
import { LIST, type List, listAll, query, read } from '../lists.ts';

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
  /** Names and annotations of all there are. */
  all(kind: Kind): Promise<Outcome<readonly ObjectMeta[]>>;
}

/** Admission webhooks may take 30 s. */
const WRITE = seconds(40);
const PAGE = '500';

const path = (...parts: readonly string[]) => parts.map(encodeURIComponent).join('/');
const placeOf = ({ kind, namespace, name }: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>) =>
  `/apis/apps/v1/namespaces/${path(namespace, PLURALS[kind], name)}`;

async function everyMetadata(api: Api, where: string): Promise<Outcome<readonly ObjectMeta[]>> {
  const found: ObjectMeta[] = [];
  let next: string | undefined;
  do {
    const call = { method: 'GET', path: `${where}${query({ limit: PAGE, continue: next })}`, deadline: LIST } as const;
    const page = outcomeOf<List<{ readonly metadata: ObjectMeta }>>(await api({ ...call, metadataOnly: true }));
    if (!page.ok) return page;
    found.push(...(page.value.items ?? []).map(({ metadata }) => metadata));
    next = page.value.metadata?.continue;
  } while (next !== undefined && next !== '');
  return { ok: true, value: found };
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
    all: (kind) => everyMetadata(api, `/apis/apps/v1/${PLURALS[kind]}`),
  };
}

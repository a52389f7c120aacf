import type { FailoverPod, Toleration } from '../../model/failover.ts';
import { type JsonObject, toNumber, toObject, toObjects, toText, toTextRecord, toTexts } from '../../model/json.ts';
import { seconds } from '../../model/units.ts';
import type { Asked } from './ask.ts';
import { type Budget, selects } from './budgets.ts';
import { controllerOf, type Owner } from './owners.ts';
import { hasEnded, type RawPod } from './raw-pods.ts';
import type { Storage } from './storage.ts';
import { singleWriterVolumes } from './volumes.ts';

function parseToleration({ key, operator, value, effect, tolerationSeconds }: JsonObject): Toleration {
  return {
    key: toText(key),
    operator: toText(operator),
    value: toText(value),
    effect: toText(effect),
    ...(typeof tolerationSeconds === 'number' ? { tolerationSeconds } : {}),
  };
}

const HOSTNAME = 'kubernetes.io/hostname';

/** A term of a required node affinity that nothing but this node fulfils. */
function namesNode(term: JsonObject, node: string): boolean {
  return [...toObjects(term.matchExpressions), ...toObjects(term.matchFields)].some(({ key, operator, values }) => {
    const listed = toTexts(values);
    return (key === HOSTNAME || key === 'metadata.name') && operator === 'In' && listed.length === 1 && listed[0] === node;
  });
}

/** Terms are alternatives: one that leaves other nodes is enough to go elsewhere. */
function isPinned(spec: JsonObject, node: string): boolean {
  if (toTextRecord(spec.nodeSelector)[HOSTNAME] === node) return true;
  const required = toObject(toObject(toObject(spec.affinity).nodeAffinity).requiredDuringSchedulingIgnoredDuringExecution);
  const terms = toObjects(required.nodeSelectorTerms);
  return terms.length > 0 && terms.every((term) => namesNode(term, node));
}

export interface PodContext {
  readonly node: string;
  readonly owners: ReadonlyMap<string, Asked<Owner>>;
  readonly budgets: ReadonlyMap<string, Asked<readonly Budget[]>>;
  readonly storage: Storage;
}

function toPod(pod: RawPod, { node, owners, budgets, storage }: PodContext): FailoverPod {
  const { spec, status, metadata } = pod;
  const asked = budgets.get(pod.namespace);
  const ready = toObjects(status.conditions).find(({ type }) => type === 'Ready');
  return {
    namespace: pod.namespace,
    name: pod.name,
    controller: controllerOf(pod, owners),
    tolerations: toObjects(spec.tolerations).map(parseToleration),
    volumes: singleWriterVolumes(pod, storage),
    budgets:
      asked?.kind === 'found' ? asked.value.filter((budget) => selects(budget, pod.labels)).map(({ name }) => name) : undefined,
    pinned: isPinned(spec, node),
    ready: ready?.status === 'True',
    terminating: metadata.deletionTimestamp !== undefined,
    gracePeriod: seconds(toNumber(spec.terminationGracePeriodSeconds)),
  };
}

/** Pure: the pods that are still to end, in the order of their names. */
export function toFailoverPods(pods: readonly RawPod[], context: PodContext): readonly FailoverPod[] {
  return pods
    .filter((pod) => !hasEnded(pod))
    .map((pod) => toPod(pod, context))
    .toSorted((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`, 'en'));
}

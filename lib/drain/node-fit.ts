import type { Requirement } from '../model/label-selector.ts';
import type { Claim, Node, NodeSelector, PersistentVolume, Pod, Taint, Toleration } from './objects.ts';
import { isReady } from './objects.ts';
import { meets } from './selector.ts';

/** The volumes of the cluster by name; claims by `namespace/name`. */
export interface Volumes {
  readonly claims: ReadonlyMap<string, Claim>;
  readonly volumes: ReadonlyMap<string, PersistentVolume>;
}

export function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (operator === 'Exists') return key === undefined || key === '' || key === taint.key;
  return operator === 'Equal' && key === taint.key && value === (taint.value ?? '');
}

const showTaint = ({ key, value, effect }: Taint) => `${key}${value === undefined || value === '' ? '' : `=${value}`}:${effect}`;

function taintInTheWay({ spec: pod }: Pod, { spec: node }: Node): Taint | undefined {
  const tolerations = pod?.tolerations ?? [];
  return node?.taints?.find(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Terms are alternatives; within one everything must hold; an empty term holds for no node. */
function nodeSelectorHolds({ nodeSelectorTerms = [] }: NodeSelector, { metadata }: Node): boolean {
  const field = (requirement: Requirement) =>
    requirement.key === 'metadata.name' && meets({ 'metadata.name': metadata.name }, requirement);
  return nodeSelectorTerms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    return matchExpressions.every((one) => meets(metadata.labels ?? {}, one)) && matchFields.every(field);
  });
}

function affinityHolds({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || nodeSelectorHolds(required, node);
}

const ZONES = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];

/** The zone labels of a volume, `a__b` where it is in more than one, hold where the node has such labels at all. */
function zoneHolds({ metadata }: PersistentVolume, { metadata: { labels = {} } }: Node): boolean {
  if (!ZONES.some((key) => labels[key] !== undefined)) return true;
  return ZONES.every((key) => {
    const zones = metadata.labels?.[key];
    return zones === undefined || zones.split('__').includes(labels[key] ?? '');
  });
}

/** The claims of a pod: by name, and those that an ephemeral volume made for it. */
export function claimNames({ metadata, spec }: Pod): readonly string[] {
  const names = (spec?.volumes ?? []).map((volume) => {
    if (volume.ephemeral !== undefined) return `${metadata.name}-${volume.name}`;
    return volume.persistentVolumeClaim?.claimName;
  });
  return names.filter((name) => name !== undefined);
}

function volumeInTheWay(pod: Pod, node: Node, { claims, volumes }: Volumes): string | undefined {
  return claimNames(pod).find((name) => {
    const volume = volumes.get(claims.get(`${pod.metadata.namespace ?? ''}/${name}`)?.spec?.volumeName ?? '');
    if (volume === undefined) return false;
    const required = volume.spec?.nodeAffinity?.required;
    return (required !== undefined && !nodeSelectorHolds(required, node)) || !zoneHolds(volume, node);
  });
}

/** Why the scheduler would never put the pod there, whatever room there is; undefined: it could. */
export function nodeRefusal(pod: Pod, node: Node, volumes: Volumes): string | undefined {
  if (node.spec?.unschedulable === true) return 'cordoned';
  if (!isReady(node)) return 'not ready';
  if (!affinityHolds(pod, node)) return 'node selector or affinity';
  const taint = taintInTheWay(pod, node);
  if (taint !== undefined) return `taint ${showTaint(taint)}`;
  const claim = volumeInTheWay(pod, node, volumes);
  return claim === undefined ? undefined : `the volume of claim ${claim} is elsewhere`;
}

import type { HostView } from '../../host/host.ts';
import type { Controller, ControllerKind } from '../../model/failover.ts';
import { toNumber, toObject, toObjects, toText } from '../../model/json.ts';
import { type Asked, askFor, askForEach, objectPath } from './ask.ts';
import type { RawPod } from './raw-pods.ts';

/** What of an owner bears on the replacement of its pods. */
export interface Owner {
  readonly above?: string;
  readonly wanted: number;
  readonly ready: number;
  readonly waitsForEnd: boolean;
  readonly failures: { readonly soFar: number; readonly limit: number };
}

const GROUPS: Readonly<Record<string, readonly [group: string, resource: string]>> = {
  ReplicaSet: ['apps/v1', 'replicasets'],
  ReplicationController: ['v1', 'replicationcontrollers'],
  StatefulSet: ['apps/v1', 'statefulsets'],
  Job: ['batch/v1', 'jobs'],
};

const DEFAULT_BACKOFF_LIMIT = 6;

function parseOwner(body: unknown): Owner {
  const { metadata, spec, status } = toObject(body);
  const owners = toObjects(toObject(metadata).ownerReferences);
  const above = owners.find(({ controller }) => controller === true);
  const { replicas, parallelism, podReplacementPolicy, podFailurePolicy, backoffLimit } = toObject(spec);
  const { readyReplicas, ready, failed } = toObject(status);
  return {
    ...(above === undefined ? {} : { above: `${toText(above.kind)}/${toText(above.name)}` }),
    // The API leaves out what is 1 for a Job's parallelism alone when it was never set.
    wanted: toNumber(replicas ?? parallelism ?? 1),
    ready: toNumber(readyReplicas ?? ready),
    waitsForEnd: podReplacementPolicy === 'Failed' || (podReplacementPolicy === undefined && podFailurePolicy !== undefined),
    failures: { soFar: toNumber(failed), limit: toNumber(backoffLimit ?? DEFAULT_BACKOFF_LIMIT) },
  };
}

const keyOf = ({ namespace, owner }: RawPod): string => `${namespace}/${owner?.kind}/${owner?.name}`;

function pathOf(key: string): string {
  const [namespace = '', kind = '', name = ''] = key.split('/');
  const [group, resource] = GROUPS[kind] ?? ['v1', ''];
  return objectPath(group, namespace, resource, name);
}

/** The owners that decide by their own settings, each asked for once. */
export const readOwners = (host: HostView, pods: readonly RawPod[]) =>
  askForEach(
    pods.filter(({ owner, mirror }) => !mirror && owner !== undefined && Object.hasOwn(GROUPS, owner.kind)).map(keyOf),
    (key) => askFor(host, pathOf(key), parseOwner),
  );

const KINDS: readonly string[] = ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'];

/** A Deployment's ReplicaSet is named after it and the hash in its pods' label, which a kubelet's identity may see. */
function deploymentOf({ owner, labels }: RawPod): string | undefined {
  const hash = labels['pod-template-hash'];
  const suffix = `-${hash}`;
  if (owner?.kind !== 'ReplicaSet' || hash === undefined || !owner.name.endsWith(suffix)) return undefined;
  return `Deployment/${owner.name.slice(0, -suffix.length)}`;
}

export function controllerOf(pod: RawPod, owners: ReadonlyMap<string, Asked<Owner>>): Controller {
  const { owner, mirror } = pod;
  if (mirror) return { kind: 'static', name: '' };
  if (owner === undefined) return { kind: 'bare', name: '' };
  const name = `${owner.kind}/${owner.name}`;
  const kind = (KINDS.includes(owner.kind) ? owner.kind : 'other') as ControllerKind;
  const asked = owners.get(keyOf(pod));
  if (asked?.kind !== 'found') {
    const above = deploymentOf(pod);
    return { kind, name, ...(above === undefined ? {} : { above }) };
  }
  const { above, wanted, ready, waitsForEnd, failures } = asked.value;
  return {
    kind,
    name,
    ...(above === undefined ? {} : { above }),
    replicas: { wanted, ready },
    ...(kind === 'Job' ? { failures } : {}),
    ...(kind === 'Job' && waitsForEnd ? { waitsForEnd } : {}),
  };
}

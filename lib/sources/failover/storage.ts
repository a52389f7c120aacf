import type { HostView } from '../../host/host.ts';
import { type JsonObject, toObject, toObjects, toText, toTexts } from '../../model/json.ts';
import { type Asked, askFor, askForEach, objectPath } from './ask.ts';
import type { RawPod } from './raw-pods.ts';

export interface Claim {
  readonly accessModes: readonly string[];
  readonly volumeName: string;
}

/** The kind of storage behind a PersistentVolume or a pod's own volume. */
export interface Backing {
  /** `nfs`, `csi`, `hostPath`, … as the API calls it. */
  readonly type: string;
  /** Of `csi`. */
  readonly driver?: string;
  readonly accessModes: readonly string[];
}

export interface Storage {
  readonly claims: ReadonlyMap<string, Asked<Claim>>;
  readonly volumes: ReadonlyMap<string, Asked<Backing>>;
  /** By CSI driver: whether its volumes are attached to a node before they are used. */
  readonly attaches: ReadonlyMap<string, Asked<boolean>>;
}

function parseClaim(body: unknown): Claim {
  const { accessModes, volumeName } = toObject(toObject(body).spec);
  return { accessModes: toTexts(accessModes), volumeName: toText(volumeName) };
}

const META: readonly string[] = [
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
];

function parseVolume(body: unknown): Backing {
  const spec = toObject(toObject(body).spec);
  const type = Object.keys(spec).find((key) => !META.includes(key)) ?? 'unknown';
  const driver = toText(toObject(spec[type]).driver);
  return { type, ...(driver === '' ? {} : { driver }), accessModes: toTexts(spec.accessModes) };
}

/** Attaching is what a CSI driver does unless it says otherwise. */
const parseDriver = (body: unknown): boolean => toObject(toObject(body).spec).attachRequired !== false;

/** The claim a pod's volume stands for; a generic ephemeral one is its own and named after both. */
export function claimOf(pod: RawPod, volume: JsonObject): string | undefined {
  const name = toText(toObject(volume.persistentVolumeClaim).claimName);
  return name === '' ? undefined : `${pod.namespace}/${name}`;
}

export const volumesOf = ({ spec }: RawPod): readonly JsonObject[] => toObjects(spec.volumes);

/** Claims, then the volumes behind them, then those volumes' drivers: all of it a kubelet's identity may read of its own pods. */
export async function readStorage(host: HostView, pods: readonly RawPod[]): Promise<Storage> {
  const names = pods.flatMap((pod) => volumesOf(pod).flatMap((volume) => claimOf(pod, volume) ?? []));
  const claims = await askForEach(names, (key) => {
    const [namespace = '', name = ''] = key.split('/');
    return askFor(host, objectPath('v1', namespace, 'persistentvolumeclaims', name), parseClaim);
  });
  const bound = [...claims.values()].flatMap((asked) => (asked.kind === 'found' ? asked.value.volumeName : [])).filter(Boolean);
  const volumes = await askForEach(bound, (name) =>
    askFor(host, objectPath('v1', undefined, 'persistentvolumes', name), parseVolume),
  );
  const drivers = [...volumes.values()].flatMap((asked) => (asked.kind === 'found' ? (asked.value.driver ?? []) : []));
  const attaches = await askForEach(drivers, (name) =>
    askFor(host, objectPath('storage.k8s.io/v1', undefined, 'csidrivers', name), parseDriver),
  );
  return { claims, volumes, attaches };
}

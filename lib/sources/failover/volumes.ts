import type { Fencing, PodVolume } from '../../model/failover.ts';
import { toObject, toObjects, toText } from '../../model/json.ts';
import type { RawPod } from './raw-pods.ts';
import { type Backing, claimOf, type Storage, volumesOf } from './storage.ts';

/** In-tree kinds whose plugin attaches to one node (pkg/volume: AttachableVolumePlugin), until their migration to CSI too. */
const ATTACHED: readonly string[] = [
  'awsElasticBlockStore',
  'azureDisk',
  'cinder',
  'fc',
  'gcePersistentDisk',
  'iscsi',
  'portworxVolume',
  'rbd',
  'vsphereVolume',
];
/** Kinds of a pod's own volumes that hold nothing anybody would miss, or cannot be written to. */
const PRIVATE: readonly string[] = [
  'configMap',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'gitRepo',
  'image',
  'projected',
  'secret',
];

const NOT_KINDS: readonly string[] = ['name', 'readOnly'];

function fencingOf({ type, driver }: Backing, { attaches }: Storage): Fencing {
  if (type === 'local') return 'node-bound';
  if (type === 'hostPath') return 'per-node';
  if (ATTACHED.includes(type)) return 'attached';
  if (type !== 'csi' || driver === undefined) return type === 'unknown' ? 'unknown' : 'none';
  const asked = attaches.get(driver);
  if (asked?.kind === 'found') return asked.value ? 'attached' : 'none';
  // A driver without an object of its own is attached by default.
  return asked?.kind === 'absent' ? 'attached' : 'unknown';
}

const isShared = (modes: readonly string[]): boolean => modes.includes('ReadWriteMany');
const isReadOnly = (modes: readonly string[]): boolean => modes.length > 0 && modes.every((mode) => mode === 'ReadOnlyMany');

function ofClaim(name: string, key: string, storage: Storage): PodVolume | undefined {
  const claim = storage.claims.get(key);
  const label = `PVC ${key.split('/')[1]}`;
  if (claim?.kind !== 'found') return { name, what: label, fencing: 'unknown' };
  const { accessModes, volumeName } = claim.value;
  if (isShared(accessModes) || isReadOnly(accessModes)) return undefined;
  const modes = accessModes.join(', ');
  if (accessModes.includes('ReadWriteOncePod')) return { name, what: `${label} (${modes})`, fencing: 'one-pod' };
  const volume = storage.volumes.get(volumeName);
  if (volume?.kind !== 'found') return { name, what: `${label} (${modes})`, fencing: 'unknown' };
  const { type, driver } = volume.value;
  return { name, what: `${label} (${modes}, ${driver ?? type})`, fencing: fencingOf(volume.value, storage) };
}

/** Volumes that some container mounts to write, or uses as a block device. */
function writable({ spec }: RawPod): ReadonlySet<string> {
  const containers = [...toObjects(spec.containers), ...toObjects(spec.initContainers)];
  return new Set(
    containers.flatMap(({ volumeMounts, volumeDevices }) => [
      ...toObjects(volumeMounts)
        .filter(({ readOnly }) => readOnly !== true)
        .map(({ name }) => toText(name)),
      ...toObjects(volumeDevices).map(({ name }) => toText(name)),
    ]),
  );
}

/** Pure: the volumes of a pod that a second writer would hurt. */
export function singleWriterVolumes(pod: RawPod, storage: Storage): readonly PodVolume[] {
  const written = writable(pod);
  return volumesOf(pod).flatMap((volume) => {
    const name = toText(volume.name);
    const type = Object.keys(volume).find((key) => !NOT_KINDS.includes(key)) ?? 'emptyDir';
    const source = toObject(volume[type]);
    if (!written.has(name) || source.readOnly === true || PRIVATE.includes(type)) return [];
    const claim = claimOf(pod, volume);
    if (claim !== undefined) return ofClaim(name, claim, storage) ?? [];
    if (type === 'hostPath') return [{ name, what: `hostPath ${toText(source.path)}`, fencing: 'per-node' as const }];
    // Written into the pod itself: an export or a disk of its own that every copy of the pod names alike.
    const fencing: Fencing = ATTACHED.includes(type) ? 'attached' : 'none';
    return type === 'csi' ? [] : [{ name, what: `${type} volume ${name}`, fencing }];
  });
}

import type { Mount } from '../../sources/host/mounts.ts';
import { type PodNames, podVolumeOf } from '../../sources/runtime/pod-names.ts';

export function describeMount(mount: Mount): string {
  return `${mount.point} (${mount.type} on ${mount.origin})`;
}

export function podOf(point: string, pods: PodNames): string | undefined {
  const volume = podVolumeOf(point);
  return volume === undefined ? undefined : `volume ${volume.volume} of pod ${pods[volume.uid] ?? volume.uid}`;
}

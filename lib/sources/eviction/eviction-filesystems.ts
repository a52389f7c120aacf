import type { FileSystemUsage, HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { type Mount, mountOf } from '../host/mounts.ts';
import { nothing, type Observation } from './eviction-observations.ts';

export interface MeasuredFilesystem {
  /** The path itself, or its nearest ancestor that exists and may be looked at. */
  readonly path: string;
  /** Device number; equal for two paths on one filesystem. */
  readonly device: number;
  readonly usage: FileSystemUsage;
}

/** stat, not lstat: a data directory is often a link to another disk. */
async function deviceOf(host: HostView, path: string): Promise<number> {
  const status = await host.fileStatus(path);
  return status.kind === 'status' ? status.device : 0;
}

/** statfs of a path; where it does not exist (yet), of the filesystem that would hold it. */
export async function measureFilesystem(host: HostView, path: string): Promise<MeasuredFilesystem | string> {
  let current = path.replace(/\/+$/, '') || '/';
  for (;;) {
    const usage = await host.fileSystemUsage(current);
    if (usage.kind === 'usage') {
      return { path: current, device: usage.device || (await deviceOf(host, current)), usage };
    }
    if ((usage.kind !== 'missing' && usage.kind !== 'denied') || current === '/')
      return `${current}: ${explainPathFailure(usage)}`;
    current = current.slice(0, current.lastIndexOf('/')) || '/';
  }
}

export function bytesOf(measured: MeasuredFilesystem | string): Observation {
  if (typeof measured === 'string') return nothing(measured);
  const { usage, path, device } = measured;
  return { observed: usage.bytesAvailable, capacity: usage.bytes, at: path, device };
}

/** btrfs and some others count no inodes: the kubelet then has no observation either. */
export function inodesOf(measured: MeasuredFilesystem | string): Observation {
  if (typeof measured === 'string') return nothing(measured);
  const { usage, path, device } = measured;
  if (usage.inodes === 0) return { ...nothing('the filesystem counts no inodes'), at: path, device, absent: true };
  return { observed: usage.inodesFree, capacity: usage.inodes, at: path, device };
}

/** `major:minor` of a device number as stat(2) packs it (gnu_dev_major, 32 bits of it). */
export const deviceName = (device: number) => `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;

/** Where the filesystem of a path is mounted. By device, as the path may be a link; by path where the device is a subvolume's own. */
export function mountPointOf(mounts: readonly Mount[], path: string, device: number | undefined): string {
  const wanted = device === undefined ? undefined : deviceName(device);
  const points = mounts.filter((mount) => mount.device === wanted && mount.root === '/').map(({ point }) => point);
  const shortest = points.sort((a, b) => a.length - b.length)[0];
  return shortest ?? mountOf(mounts, path)?.point ?? path;
}

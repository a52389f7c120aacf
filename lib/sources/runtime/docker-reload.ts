import type { FileStatus, HostView } from '../../host/host.ts';
import { isObject, parseObject } from '../../model/json.ts';
import { KiB } from '../../model/units.ts';

/** A daemon.json that was applied by a reload and proved, and the process that took it: a restart would bring nothing new. */
export interface DockerReload {
  readonly pid: number;
  readonly startTicks: number;
  readonly path: string;
  readonly stamp: FileStamp;
}

/** What changes with every write and every rename. */
export type FileStamp = Pick<FileStatus, 'inode' | 'device' | 'size' | 'modifiedAt'> & { readonly changedAt: number };

/** In a tmpfs, as the process is: neither outlives a boot. */
export const DOCKER_RELOAD = '/run/nodemend/docker-reload.json';

export const stampOf = ({ inode, device, size, modifiedAt, changedAt }: FileStatus): FileStamp => ({
  ...{ inode, device, size, modifiedAt },
  changedAt: changedAt ?? 0,
});

const KEYS = ['inode', 'device', 'size', 'modifiedAt', 'changedAt'] as const;

function isSameStamp(one: FileStamp, other: FileStamp): boolean {
  return KEYS.every((key) => one[key] === other[key]);
}

/** Undefined: no record, or none of ours. */
function parseDockerReload(text: string): DockerReload | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const { pid, startTicks, path, stamp } = record;
  if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof path !== 'string') return undefined;
  if (!isObject(stamp)) return undefined;
  const found = stamp as unknown as FileStamp;
  return KEYS.every((key) => typeof found[key] === 'number') ? { pid, startTicks, path, stamp: found } : undefined;
}

/** Whether this very process took the file as it lies there now, by a reload that was proved. */
export async function wasReloaded(
  host: HostView,
  { pid, startTicks }: Pick<DockerReload, 'pid' | 'startTicks'>,
  status: FileStatus,
): Promise<boolean> {
  const file = await host.readFile(DOCKER_RELOAD, { maxBytes: 4 * KiB });
  const record = file.kind === 'text' ? parseDockerReload(file.text) : undefined;
  if (record === undefined || record.pid !== pid || record.startTicks !== startTicks) return false;
  return isSameStamp(record.stamp, stampOf(status));
}

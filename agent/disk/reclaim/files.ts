import { lstatSync, readdirSync, realpathSync, statSync, unlinkSync } from 'node:fs';
import { fileKey, type StoredFile } from '../../../lib/disk/reclaim/inventory.ts';
import { messageOf } from '../../../lib/model/error-words.ts';
import type { Duration } from '../../../lib/model/units.ts';
import { tried } from '../../tried.ts';
import type { Refused } from './runtime.ts';

function toStoredFile(path: string): StoredFile | undefined {
  const status = tried(() => lstatSync(path, { throwIfNoEntry: false }));
  if (status === undefined) return undefined;
  return {
    path,
    device: status.dev,
    inode: status.ino,
    links: status.nlink,
    isRegular: status.isFile(),
    bytes: status.blocks * 512,
    modifiedAt: status.mtimeMs,
  };
}

const MOST_FILES = 50_000;
const DEEPEST = 6;

/** Files below a directory, never through a link and never onto another filesystem. */
export function filesBelow(directory: string, depth = DEEPEST, most = MOST_FILES): readonly StoredFile[] {
  const device = tried(() => lstatSync(directory))?.dev;
  const found: StoredFile[] = [];
  const pending: { readonly path: string; readonly depth: number }[] = [{ path: directory, depth }];
  for (let next = pending.pop(); next !== undefined && found.length < most; next = pending.pop()) {
    for (const entry of tried(() => readdirSync(next?.path ?? '', { withFileTypes: true })) ?? []) {
      const path = `${next.path}/${entry.name}`;
      const file = toStoredFile(path);
      if (file === undefined || file.device !== device) continue;
      if (entry.isDirectory() && next.depth > 1) pending.push({ path, depth: next.depth - 1 });
      else if (entry.isFile()) found.push(file);
    }
  }
  return found;
}

/** Everything that some process has open, in whatever container; undefined: not every process could be looked at. */
export function openFiles(within: Duration, proc = '/proc'): ReadonlySet<string> | undefined {
  const until = performance.now() + within;
  const open = new Set<string>();
  const pids = tried(() => readdirSync(proc))?.filter((name) => /^\d+$/.test(name));
  if (pids === undefined) return undefined;
  for (const pid of pids) {
    if (performance.now() >= until) return undefined;
    const descriptors = tried(() => readdirSync(`${proc}/${pid}/fd`));
    // A process that has ended has nothing open; one that is closed to us may have everything.
    if (descriptors === undefined && tried(() => statSync(`${proc}/${pid}`)) !== undefined && !isKernelThread(proc, pid))
      return undefined;
    for (const descriptor of descriptors ?? []) {
      const status = tried(() => statSync(`${proc}/${pid}/fd/${descriptor}`));
      if (status?.isFile() === true) open.add(fileKey({ device: status.dev, inode: status.ino }));
    }
  }
  return open;
}

const isKernelThread = (proc: string, pid: string) => tried(() => readdirSync(`${proc}/${pid}/task`)) === undefined;

/** Looked at again right before: another file may have the name by now. */
export function removeFile({ path, device, inode, modifiedAt }: StoredFile): Refused {
  const now = toStoredFile(path);
  if (now === undefined) return undefined;
  const isSame =
    now.isRegular && now.device === device && now.inode === inode && now.modifiedAt === modifiedAt && now.links === 1;
  if (!isSame) return 'it is another file by now';
  try {
    unlinkSync(path);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Where a path really leads; itself where nothing is. */
export const realPath = (path: string): string => tried(() => realpathSync(path)) ?? path;

export const deviceOf = (path: string): number | undefined => tried(() => statSync(path))?.dev;

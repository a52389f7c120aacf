import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';
import type { DeletedFile } from '../../lib/model/space.ts';
import { type Duration, MiB } from '../../lib/model/units.ts';
import { tried } from '../tried.ts';

export interface DeletedOptions {
  /** Device numbers that count: the filesystem's own, and of overlays whose upper layer lies on it. */
  readonly isHere: (device: number) => boolean;
  readonly within: Duration;
  readonly clock: () => Duration;
  readonly most: number;
  /** `/proc`. */
  readonly proc?: string;
}

/** Every program that runs while it is upgraded holds some small ones. */
const LEAST = MiB;

const DELETED = / \(deleted\)$/;
/** Memory that looks like a file. */
const NO_FILE = /^\/(memfd:|dev\/|SYSV|\[)/;

/** Only what is called deleted is asked for its size: fstat of a file on a dead server never returns. */
function statusOf(descriptor: string, isHere: DeletedOptions['isHere']): Stats | undefined {
  const status = tried(() => statSync(descriptor));
  if (status === undefined || status.nlink > 0 || !status.isFile() || !isHere(status.dev)) return undefined;
  return status.blocks * 512 >= LEAST ? status : undefined;
}

/** Files that are deleted and still open, the largest first: their space comes back when the process closes them. */
export function deletedFiles({ isHere, within, clock, most, proc = '/proc' }: DeletedOptions): readonly DeletedFile[] {
  const began = clock();
  const found = new Map<string, DeletedFile>();
  const pids = (tried(() => readdirSync(proc)) ?? []).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (clock() - began >= within) break;
    for (const descriptor of tried(() => readdirSync(`${proc}/${pid}/fd`)) ?? []) {
      const path = `${proc}/${pid}/fd/${descriptor}`;
      const target = tried(() => readlinkSync(path)) ?? '';
      if (!DELETED.test(target) || NO_FILE.test(target)) continue;
      const status = statusOf(path, isHere);
      const identity = `${status?.dev}:${status?.ino}`;
      if (status === undefined || found.has(identity)) continue;
      const name = tried(() => readFileSync(`${proc}/${pid}/comm`, 'utf8'))?.trim() ?? '';
      found.set(identity, { path: target.replace(DELETED, ''), bytes: status.blocks * 512, pid: Number(pid), process: name });
    }
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes).slice(0, most);
}

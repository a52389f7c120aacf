import type { Bytes } from '../../model/units.ts';
import type { ChooseOptions } from './choose.ts';
import { fileKey, type HeldPod, type StoredFile } from './inventory.ts';

export interface FileUse {
  /** Of the filesystem that is short. */
  readonly device: number;
  /** Keys of files that a process has open. */
  readonly open: ReadonlySet<string>;
  readonly pods: readonly HeldPod[];
}

export const LOGS = '/var/log';
/** journald's own, and the logs of containers: the kubelet rotates them, and they are a running pod's. */
const NOT_OURS = [`${LOGS}/journal`, `${LOGS}/pods`, `${LOGS}/containers`];

const isBelow = (path: string, directory: string) =>
  path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);

/**
 * A pod that mounts a directory writes what it likes into it. One that mounts /var/log itself, or what holds it, is a collector
 * of logs, which nearly every node runs.
 */
function isPods(path: string, pods: readonly HeldPod[], place: string): boolean {
  const directories = pods.flatMap(({ hostPaths }) => hostPaths).map((directory) => directory.replace(/\/+$/, '') || '/');
  return directories.some((directory) => isBelow(directory, place) && (isBelow(path, directory) || path === directory));
}

function mayGo(file: StoredFile, { device, open }: FileUse, { now, olderThan }: ChooseOptions): boolean {
  const age = now - file.modifiedAt;
  // Of a file with a second name nothing comes back.
  return file.isRegular && file.links === 1 && file.device === device && age >= olderThan && !open.has(fileKey(file));
}

const oldestFirst = (a: StoredFile, b: StoredFile) => a.modifiedAt - b.modifiedAt;

const COMPRESSED = /\.(gz|xz|bz2|zst|lz4)$/;
/** logrotate's numbers and dates, savelog's .0 and .old. */
const ROTATED = /((?<!\d)\.\d{1,3}|[-.]\d{4}-?\d{2}-?\d{2}([-T.]?\d{2,10})?|\.old)$/;

/** `syslog.1`, `syslog.2.gz`, `app-20260101.gz`, `app.log.gz`; no archive that somebody put there. */
export function isRotatedLog(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replace(COMPRESSED, '');
  return ROTATED.test(plain) || (plain !== name && /\.log$/.test(plain));
}

/** Rotated logs below /var/log that nobody has open, the oldest first. */
export function chooseLogs(files: readonly StoredFile[], use: FileUse, options: ChooseOptions): readonly StoredFile[] {
  return files
    .filter(({ path }) => isBelow(path, LOGS) && isRotatedLog(path))
    .filter(({ path }) => !NOT_OURS.some((directory) => isBelow(path, directory)) && !isPods(path, use.pods, LOGS))
    .filter((file) => mayGo(file, use, options))
    .toSorted(oldestFirst);
}

/** systemd-coredump's directory, whose files are all of one kind. */
export const COREDUMPS = '/var/lib/systemd/coredump';
/** As kernel.core_pattern is usually written. */
const CORE = /^(core|core[.-][^/]*|[^/]*\.core(\.\d+)?)$/;

/** Core dumps, the oldest first: systemd's, and in other directories what is called so. */
export function chooseCores(files: readonly StoredFile[], use: FileUse, options: ChooseOptions): readonly StoredFile[] {
  return files
    .filter(({ path }) => CORE.test(path.slice(path.lastIndexOf('/') + 1)))
    .filter(({ path }) => !isPods(path, use.pods, '/'))
    .filter((file) => mayGo(file, use, options))
    .toSorted(oldestFirst);
}

/** Archived journal files that `journalctl --vacuum-size` would remove from one directory: the oldest, until no more than `keep` is left. */
export function chooseJournal(files: readonly StoredFile[], keep: Bytes): readonly StoredFile[] {
  const archived = files.filter(({ path }) => /@[^/]*\.journal~?$|\.journal~$/.test(path)).toSorted(oldestFirst);
  let left = archived.reduce((sum, { bytes }) => sum + bytes, 0);
  return archived.filter(({ bytes }) => {
    if (left <= keep) return false;
    left -= bytes;
    return true;
  });
}

import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../model/error-words.ts';
import { ABSENT, type FileState } from '../model/file-state.ts';
import { MiB } from '../model/units.ts';
import { syncDirectory } from './sync-directory.ts';

type Present = Extract<FileState, { readonly kind: 'file' }>;

/** The calls that a change of a file is made of: between any two of them a node may lose its power. Each rejects with the system's error. */
export interface FileCalls {
  read(path: string): Promise<FileState>;
  /** Milliseconds; undefined: there is no such directory. */
  modifiedAt(path: string): Promise<number | undefined>;
  /** Of the inode (ctime). */
  changedAt(path: string): Promise<number | undefined>;
  makeDirectory(path: string): Promise<void>;
  /** A new file of that name, on disk when it resolves. */
  writeNew(path: string, state: Present): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

const LARGEST = MiB;
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

const isGone = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

function whyNot(path: string, status: Stats): string | undefined {
  if (status.isSymbolicLink()) return `${path} is a symbolic link; what it leads to is somebody else's to change`;
  if (!status.isFile()) return `${path} is not a regular file`;
  return status.size > LARGEST ? `${path} is larger than 1 MiB` : undefined;
}

async function read(path: string): Promise<FileState> {
  let status: Stats;
  try {
    status = await lstat(path);
  } catch (error) {
    if (isGone(error)) return ABSENT;
    throw error;
  }
  const why = whyNot(path, status);
  if (why !== undefined) throw new Error(why);
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const content = (await file.readFile()).toString('base64');
    const { mode, uid, gid, mtimeMs } = await file.stat();
    return { kind: 'file', content, mode: mode & 0o7777, uid, gid, modifiedAt: mtimeMs };
  } finally {
    await file.close();
  }
}

async function writeNew(path: string, { content, mode, uid, gid, modifiedAt }: Present): Promise<void> {
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(Buffer.from(content, 'base64'));
    const made = await file.stat();
    // Without a need it is not asked for: an owner that is ours already takes no privilege.
    if (made.uid !== uid || made.gid !== gid) await file.chown(uid, gid);
    await file.chmod(mode);
    await file.utimes(modifiedAt / 1000, modifiedAt / 1000);
    await file.sync();
  } finally {
    await file.close();
  }
}

export const localFiles: FileCalls = {
  read,
  modifiedAt: async (path) => (await stat(path).catch(() => undefined))?.mtimeMs,
  changedAt: async (path) => (await stat(path).catch(() => undefined))?.ctimeMs,
  async makeDirectory(path) {
    await mkdir(path, { mode: 0o755 });
  },
  writeNew,
  rename,
  remove: unlink,
  removeDirectory: rmdir,
  syncDirectory,
};

/** Same bytes, mode and owner; when it was written is for people. */
export function isSameFile(one: FileState, other: FileState): boolean {
  if (one.kind === 'absent' || other.kind === 'absent') return one.kind === other.kind;
  return one.content === other.content && one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}

const ignore = (work: Promise<void>) => work.catch(() => undefined);

/** Brings a file to this state, whatever part of it was done before: the old one or the new one at every moment, and on disk when it resolves. */
export async function putFile(calls: FileCalls, path: string, state: FileState): Promise<void> {
  const directory = dirname(path);
  // In the very directory: a rename never crosses file systems, and SELinux labels the file as one of this place.
  const temporary = join(directory, `.${basename(path)}.nodemend`);
  if (isSameFile(await calls.read(path), state)) {
    // What a kill left beside it, and what it kept from the disk.
    if ((await calls.read(temporary)).kind === 'file') await calls.remove(temporary);
    if (state.kind === 'file') await calls.syncDirectory(directory);
    return;
  }
  if (state.kind === 'absent') {
    await calls.remove(path);
  } else {
    if ((await calls.read(temporary)).kind === 'file') await calls.remove(temporary);
    try {
      await calls.writeNew(temporary, state);
      await calls.rename(temporary, path);
    } catch (error) {
      await ignore(calls.remove(temporary));
      throw error;
    }
  }
  await calls.syncDirectory(directory);
}

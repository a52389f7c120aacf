import { chmodSync, constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, statfs, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../model/error-words.ts';
import { seconds } from '../model/units.ts';
import type { ControlAnswer } from './host-control.ts';
import { syncDirectory } from './sync-directory.ts';

const DEADLINE = seconds(3);

export interface WholeFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

async function writeTemporary(path: string, { text, mode }: WholeFile): Promise<void> {
  // O_EXCL and O_NOFOLLOW: whatever lies there, a link to another file for one, is not written through.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, mode);
  try {
    // open(2) takes the mode through our umask.
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function write(file: WholeFile): Promise<ControlAnswer> {
  const directory = dirname(file.path);
  const temporary = join(directory, `.${basename(file.path)}.nodemend`);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // What a crash left.
    await unlink(temporary).catch(() => undefined);
    await writeTemporary(temporary, file);
    await rename(temporary, file.path);
    await syncDirectory(directory);
    return { kind: 'done' };
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    return { kind: 'failed', why: codeOf(error) ?? String(error) };
  }
}

const TMPFS_MAGIC = 0x01021994;
const isTmpfs = new Map<string, boolean>();

/** Whether a directory lies in memory; not before its file system has said so, which it is asked without waiting. */
function isInMemory(directory: string): boolean {
  const known = isTmpfs.get(directory);
  if (known !== undefined) return known;
  isTmpfs.set(directory, false);
  statfs(directory).then(
    ({ type }) => isTmpfs.set(directory, type === TMPFS_MAGIC),
    () => isTmpfs.delete(directory),
  );
  return false;
}

/** Memory neither hangs nor survives a power loss: four calls on the spot in place of eleven through the thread pool. */
function writeAtOnce({ path, text, mode }: WholeFile): boolean {
  const temporary = join(dirname(path), `.${basename(path)}.nodemend`);
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    chmodSync(temporary, mode);
    renameSync(temporary, path);
    return true;
  } catch {
    return false;
  }
}

/** The whole file or nothing. A disk that does not answer costs a thread, not the caller. */
export async function writeWhole(file: WholeFile): Promise<ControlAnswer> {
  if (isInMemory(dirname(file.path)) && writeAtOnce(file)) return { kind: 'done' };
  const { promise: late, resolve } = Promise.withResolvers<ControlAnswer>();
  const timer = setTimeout(() => resolve({ kind: 'timed-out', after: DEADLINE }), DEADLINE);
  try {
    return await Promise.race([write(file), late]);
  } finally {
    clearTimeout(timer);
  }
}

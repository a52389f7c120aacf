import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf } from '../../lib/model/error-words.ts';
import { MoveFailure } from './node.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

function syncDirectory(path: string): void {
  const directory = openSync(path, O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/**
 * The whole file or the former one, on disk when it returns. Without the deadline of lib/host/write-file.ts: a disk that is still
 * busy with a hundred gigabytes is slow, and no reason to give up the copy of them.
 */
export function writeDurably(path: string, text: string, mode: number): void {
  const temporary = join(dirname(path), `.${basename(path)}.nodemend`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    rmSync(temporary, { force: true });
    const file = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    try {
      fchmodSync(file, mode);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    throw new MoveFailure(`${path} was not written: ${messageOf(error)}`, { cause: error });
  }
}

export function removeDurably(path: string): void {
  try {
    rmSync(path, { force: true });
    syncDirectory(dirname(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new MoveFailure(`${path} was not removed: ${messageOf(error)}`, { cause: error });
  }
}

/** undefined: there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new MoveFailure(`${path} was not read: ${messageOf(error)}`, { cause: error });
  }
}

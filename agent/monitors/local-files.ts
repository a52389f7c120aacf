import { close, constants, fstat, open, read, type Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { codeOf } from '../../lib/model/error-words.ts';
import type { LogFile, LogFiles, Sibling } from '../../lib/monitors/lines/log-file.ts';
import { bounded, within } from './within.ts';

/** Files beside a log that are looked at. */
const MOST_SIBLINGS = 128;
/** Below this a buffer is not worth being exchanged for a smaller one. */
const SMALL = 16_384;

/** Nobody waits for it: on some file systems it hangs, too. */
const closeSoon = (descriptor: number) => close(descriptor, () => undefined);

/** One buffer for all reads of one log, as large as the last ones needed. */
class ReadBuffer {
  #bytes = Buffer.allocUnsafeSlow(0);

  async read(descriptor: number, position: number, length: number): Promise<Uint8Array> {
    const isWrong = this.#bytes.length < length || (this.#bytes.length > SMALL && this.#bytes.length > length * 8);
    if (isWrong) this.#bytes = Buffer.allocUnsafeSlow(length);
    const bytes = this.#bytes;
    try {
      const count = await within<number>('a read', (done) => read(descriptor, bytes, 0, length, position, done));
      return bytes.subarray(0, count);
    } catch (error) {
      // A read that is late still writes into it.
      this.#bytes = Buffer.allocUnsafeSlow(0);
      throw error;
    }
  }
}

function statusOf(descriptor: number): Promise<Stats> {
  return within<Stats>('fstat', (done) => fstat(descriptor, (error, status) => done(error, status)));
}

const isSilent = (error: unknown) => codeOf(error) !== undefined;

/** Names that a rotation gives: `kern.log.1`, `kern.log-20260101`, `kern-20260101.log`. */
function isRotationOf(log: string, name: string): boolean {
  const extension = extname(log);
  const stem = log.slice(0, log.length - extension.length);
  return name.startsWith(log) || (extension !== '' && name.endsWith(extension) && name.startsWith(`${stem}-`));
}

async function siblingOf(path: string): Promise<readonly Sibling[]> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile() !== true) return [];
  return [{ path, device: status.dev, inode: status.ino, size: status.size, modified: status.mtimeMs }];
}

async function besides(path: string): Promise<readonly Sibling[]> {
  const directory = dirname(path);
  const names = (await readdir(directory).catch(() => [])).filter((name) => isRotationOf(basename(path), name));
  const found = await Promise.all(names.slice(0, MOST_SIBLINGS).map((name) => siblingOf(join(directory, name))));
  return found.flat();
}

async function siblings(path: string): Promise<readonly Sibling[]> {
  const real = await realpath(path).catch(() => path);
  return [...(await besides(path)), ...(real === path ? [] : await besides(real))];
}

/** The logs of the node, read without ever waiting for long: what a file system does not answer fails. One for each log that is followed. */
export class LocalFiles implements LogFiles {
  readonly #buffer = new ReadBuffer();

  async open(path: string): Promise<LogFile | undefined> {
    try {
      return await this.#open(path);
    } catch (error) {
      if (isSilent(error)) return undefined;
      throw error;
    }
  }

  siblings(path: string): Promise<readonly Sibling[]> {
    return bounded(`looking around ${path}`, () => siblings(path));
  }

  async #open(path: string): Promise<LogFile | undefined> {
    // O_NONBLOCK: a FIFO that nobody writes to would hold a thread for ever.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const descriptor = await within<number>(`opening ${path}`, (done) => open(path, flags, done), closeSoon);
    try {
      const status = await statusOf(descriptor);
      if (status.isFile()) return this.#fileOf(descriptor, await bounded(`realpath of ${path}`, () => realpath(path)), status);
      closeSoon(descriptor);
      return undefined;
    } catch (error) {
      closeSoon(descriptor);
      throw error;
    }
  }

  #fileOf(descriptor: number, path: string, { dev, ino }: Stats): LogFile {
    return {
      path,
      device: dev,
      inode: ino,
      read: (position, length) => this.#buffer.read(descriptor, position, length),
      async close() {
        closeSoon(descriptor);
      },
    };
  }
}

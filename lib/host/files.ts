import { close, constants, fstat, open, read, readlinkSync, type Stats } from 'node:fs';
import { readdir, readlink, stat, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from '../model/error-words.ts';
import { type Bytes, type Duration, MiB, seconds } from '../model/units.ts';
import type { DirectoryAnswer, FileAnswer, FileStatus, LinkAnswer, PathFailure, StatusAnswer, UsageAnswer } from './host.ts';
import { isKeptFile, readKeptFile } from './kept-file.ts';
import { isKernelText, readKernelText } from './kernel-text.ts';

const DEADLINE = seconds(2);
/** Without the objects that node:fs/promises makes for each file. */
const [openFile, statusOf, readSome] = [promisify(open), promisify(fstat), promisify(read)];

/** Ends at the deadline whatever the file system does: the thread stays behind, the answer does not. */
async function bounded<Answer>(deadline: Duration, work: Promise<Answer>): Promise<Answer | PathFailure> {
  const { promise: late, resolve } = Promise.withResolvers<PathFailure>();
  const timer = setTimeout(() => resolve({ kind: 'timed-out', after: deadline }), deadline);
  try {
    return await Promise.race([work.catch(toFailure), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function toFailure(error: unknown): PathFailure {
  const code = codeOf(error) ?? String(error);
  // ESRCH: a process ended between the listing of /proc and the read.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return { kind: 'missing' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied' };
  return { kind: 'failed', code };
}

function kindOf(status: Stats): FileStatus['is'] {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'directory';
  if (status.isSocket()) return 'socket';
  if (status.isFIFO()) return 'fifo';
  return status.isCharacterDevice() || status.isBlockDevice() ? 'device' : 'other';
}

/** A megabyte for every file of /proc would be most of what a daemon allocates. */
const SMALL = 4096;

/** Nothing below these blocks when it is opened, and each call through the thread pool costs as much as ten on the spot. */
const MADE_BY_KERNEL = /^\/(?:proc|sys)\/(?!.*\/root\/)/;
/** While there is more, the kernel fills the better part of a page (seq_file). */
const HALF_A_PAGE = 2048;

function grown(buffer: Buffer, most: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(most, buffer.length * 4));
  buffer.copy(larger);
  return larger;
}

async function readRegular(path: string, maxBytes: Bytes): Promise<FileAnswer> {
  // O_NONBLOCK: opening a FIFO that nobody writes to would otherwise hold a thread for ever.
  const file = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const isMade = MADE_BY_KERNEL.test(path);
    const status = isMade ? undefined : await statusOf(file);
    if (status?.isFile() === false) return { kind: 'not-a-file', is: kindOf(status) };
    const size = status?.size ?? 0;
    // One byte more than allowed tells a cut file from one that just fits; files of /proc say size 0, and most are small.
    const most = size > 0 ? Math.min(size, maxBytes) + 1 : maxBytes + 1;
    let buffer: Buffer = Buffer.allocUnsafe(Math.min(most, size > 0 ? most : SMALL));
    let length = 0;
    while (length < most) {
      if (length === buffer.length) buffer = grown(buffer, most);
      const { bytesRead } = await readSome(file, buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || (isMade && length === bytesRead && length < HALF_A_PAGE)) break;
    }
    return { kind: 'text', text: buffer.toString('utf8', 0, Math.min(length, maxBytes)), truncated: length > maxBytes };
  } finally {
    // Nobody waits for it.
    close(file, () => undefined);
  }
}

export async function readFile(path: string, options: { maxBytes?: Bytes; deadline?: Duration } = {}): Promise<FileAnswer> {
  const { deadline = DEADLINE, maxBytes = MiB } = options;
  if (isKeptFile(path)) return bounded(deadline, readKeptFile(path, maxBytes));
  if (!isKernelText(path)) return bounded(deadline, readRegular(path, maxBytes));
  try {
    return readKernelText(path, maxBytes);
  } catch (error) {
    return toFailure(error);
  }
}

function readLinkAtOnce(path: string): LinkAnswer {
  try {
    return { kind: 'link', target: readlinkSync(path) };
  } catch (error) {
    return toFailure(error);
  }
}

/** In the memory of /run, kept by systemd for journald. */
const IN_MEMORY = /^\/run\/systemd\/units\/[\w:@.-]+$/;

export async function readLink(path: string): Promise<LinkAnswer> {
  if (IN_MEMORY.test(path)) return readLinkAtOnce(path);
  return bounded(
    DEADLINE,
    readlink(path).then((target) => ({ kind: 'link', target }) as const),
  );
}

export function listDirectory(path: string): Promise<DirectoryAnswer> {
  return bounded(
    DEADLINE,
    readdir(path).then((names) => ({ kind: 'entries', names: names.sort() }) as const),
  );
}

const toStatus = (status: Stats): StatusAnswer => ({
  kind: 'status',
  is: kindOf(status),
  size: status.size,
  modifiedAt: status.mtimeMs,
  changedAt: status.ctimeMs,
  mode: status.mode & 0o7777,
  uid: status.uid,
  inode: status.ino,
  device: status.dev,
});

export function fileStatus(path: string): Promise<StatusAnswer> {
  return bounded(DEADLINE, stat(path).then(toStatus));
}

/** The device of a file system that is as large as it was need not be asked for each time. */
const DEVICE_HOLDS: Duration = seconds(60);
const MOST_DEVICES = 64;

interface KnownDevice {
  readonly size: string;
  readonly device: number;
  readonly until: Duration;
}
const devices = new Map<string, KnownDevice>();

async function deviceOf(path: string, size: string): Promise<number> {
  const known = devices.get(path);
  if (known?.size === size && performance.now() < known.until) return known.device;
  const { dev: device } = await stat(path);
  if (devices.size >= MOST_DEVICES) devices.clear();
  devices.set(path, { size, device, until: performance.now() + DEVICE_HOLDS });
  return device;
}

async function usageOf(path: string): Promise<UsageAnswer> {
  const { type, blocks, bsize, bavail, files, ffree } = await statfs(path);
  return {
    kind: 'usage',
    bytes: blocks * bsize,
    bytesAvailable: bavail * bsize,
    inodes: files,
    inodesFree: ffree,
    device: await deviceOf(path, `${type} ${blocks} ${bsize}`),
  };
}

export function fileSystemUsage(path: string, deadline: Duration = DEADLINE): Promise<UsageAnswer> {
  return bounded(deadline, usageOf(path));
}

import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../model/units.ts';

/** A file that only grows. Every call rejects with the system's error. */
export interface Appender {
  append(bytes: Buffer): Promise<void>;
  /** Resolves when everything appended survives a power loss. */
  sync(): Promise<void>;
  /** False once the path leads elsewhere: the directory was deleted, moved or mounted over, and what is appended is lost. */
  isPlaced(): Promise<boolean>;
  close(): Promise<void>;
}

/** What the ledger needs of a file system; the real one below, one that fails at will in the tests. */
export interface Disk {
  list(directory: string): Promise<readonly string[]>;
  read(path: string, most: Bytes): Promise<Buffer>;
  size(path: string): Promise<Bytes>;
  /** A new file, durable in its directory. */
  create(path: string): Promise<Appender>;
  extend(path: string): Promise<Appender>;
  /** Writes over what is there from this byte on: it has its blocks already, and needs none of a full disk. */
  overwrite(path: string, from: Bytes): Promise<Appender>;
  rename(from: string, to: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Bytes an unprivileged user could still write. */
  available(directory: string): Promise<Bytes>;
}

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** `from`: where to write; absent: at the end, wherever that is. */
function appender(file: FileHandle, path: string, from?: Bytes): Appender {
  let at = from;
  return {
    async append(bytes) {
      // write(2) may take a part, when a disk fills or a signal comes.
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at ?? null);
        written += bytesWritten;
        if (at !== undefined) at += bytesWritten;
      }
    },
    sync: () => file.datasync(),
    async isPlaced() {
      const [ours, there] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
      return there !== undefined && ours.ino === there.ino && ours.dev === there.dev;
    },
    close: () => file.close(),
  };
}

const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

async function readRegular(path: string, most: Bytes): Promise<Buffer> {
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EINVAL' });
    const buffer = Buffer.alloc(Math.min(status.size, most));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}

export const localDisk: Disk = {
  list: async (directory) => (await readdir(directory)).sort(),
  read: readRegular,
  size: async (path) => (await lstat(path)).size,
  async create(path) {
    const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
    await syncDirectory(join(path, '..'));
    return appender(file, path);
  },
  extend: async (path) => appender(await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK), path),
  overwrite: async (path, from) => appender(await open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK), path, from),
  async rename(from, to) {
    await rename(from, to);
    await syncDirectory(join(to, '..'));
  },
  async makeDirectory(path) {
    const first = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
    if (first !== undefined) await syncDirectory(join(first, '..'));
  },
  remove: (path) => unlink(path),
  async available(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
};

import type { Appender, Disk } from '../../lib/ledger/disk.ts';

interface FakeFile {
  synced: Buffer;
  pending: Buffer;
}

export type DiskCall = 'list' | 'read' | 'size' | 'create' | 'extend' | 'makeDirectory' | 'remove' | 'append' | 'sync';

/** A disk in memory that fails at will, and forgets what was not synced. */
export interface FakeDisk extends Disk {
  /** The error code of a call, if it is to fail. */
  fault: (call: DiskCall, path: string) => string | undefined;
  /** Bytes that fit in all files together. */
  capacity: number;
  /** Bytes of each write that still arrive before it fails. */
  tornAfter: number;
  readonly files: Map<string, FakeFile>;
  /** Ends the writer: of what was not synced any number of bytes may have arrived. */
  crash(arrived: (pending: number) => number): void;
  deleteDirectory(path: string): void;
  /** Paths that were synced while something was pending. */
  syncs: number;
}

export function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

export function fakeDisk(): FakeDisk {
  const files = new Map<string, FakeFile>();
  const directories = new Set<string>();
  const check = (call: DiskCall, path: string) => {
    const code = disk.fault(call, path);
    if (code !== undefined) throw failure(code);
  };
  const parent = (path: string) => path.slice(0, path.lastIndexOf('/'));
  const used = () => [...files.values()].reduce((sum, { synced, pending }) => sum + synced.length + pending.length, 0);

  function appender(path: string, file: FakeFile): Appender {
    return {
      async append(bytes) {
        const room = Math.max(0, disk.capacity - used());
        const code = disk.fault('append', path) ?? (bytes.length > room ? 'ENOSPC' : undefined);
        const taken = code === undefined ? bytes.length : Math.min(room, disk.tornAfter, bytes.length);
        file.pending = Buffer.concat([file.pending, bytes.subarray(0, taken)]);
        if (code !== undefined) throw failure(code);
      },
      async sync() {
        check('sync', path);
        if (file.pending.length > 0) disk.syncs += 1;
        file.synced = Buffer.concat([file.synced, file.pending]);
        file.pending = Buffer.alloc(0);
      },
      isPlaced: async () => files.get(path) === file,
      close: async () => undefined,
    };
  }

  const find = (call: DiskCall, path: string) => {
    check(call, path);
    const file = files.get(path);
    if (file === undefined) throw failure('ENOENT');
    return file;
  };

  const disk: FakeDisk = {
    fault: () => undefined,
    capacity: Number.POSITIVE_INFINITY,
    tornAfter: Number.POSITIVE_INFINITY,
    files,
    syncs: 0,
    async list(directory) {
      check('list', directory);
      if (!directories.has(directory)) throw failure('ENOENT');
      const inside = [...files.keys()].filter((path) => parent(path) === directory);
      return inside.map((path) => path.slice(directory.length + 1)).sort();
    },
    async read(path) {
      const { synced, pending } = find('read', path);
      return Buffer.concat([synced, pending]);
    },
    async size(path) {
      const { synced, pending } = find('size', path);
      return synced.length + pending.length;
    },
    async create(path) {
      check('create', path);
      if (!directories.has(parent(path))) throw failure('ENOENT');
      if (files.has(path)) throw failure('EEXIST');
      const file = { synced: Buffer.alloc(0), pending: Buffer.alloc(0) };
      files.set(path, file);
      return appender(path, file);
    },
    extend: async (path) => appender(path, find('extend', path)),
    async makeDirectory(path) {
      check('makeDirectory', path);
      directories.add(path);
    },
    async remove(path) {
      find('remove', path);
      files.delete(path);
    },
    available: async () => (disk.capacity === Number.POSITIVE_INFINITY ? 2 ** 40 : Math.max(0, disk.capacity - used())),
    crash(arrived) {
      for (const file of files.values()) {
        file.synced = Buffer.concat([file.synced, file.pending.subarray(0, arrived(file.pending.length))]);
        file.pending = Buffer.alloc(0);
      }
    },
    deleteDirectory(path) {
      directories.delete(path);
      for (const name of files.keys()) if (parent(name) === path) files.delete(name);
    },
  };
  return disk;
}

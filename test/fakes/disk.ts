import type { Appender, Disk } from '../../lib/ledger/disk.ts';

interface FakeFile {
  synced: Buffer;
  pending: Buffer;
  /** Where the pending bytes belong; absent: behind the others. */
  from?: number | undefined;
}

/** The file with its first pending bytes in place. */
function settled({ synced, pending, from = synced.length }: FakeFile, arrived = pending.length): Buffer {
  const tail = synced.subarray(Math.min(synced.length, from + arrived));
  return Buffer.concat([synced.subarray(0, from), pending.subarray(0, arrived), tail]);
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

function failure(code: string): Error {
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
  const used = () => [...files.values()].reduce((sum, file) => sum + settled(file).length, 0);

  const settle = (file: FakeFile, arrived = file.pending.length) => {
    const next = file.from === undefined ? undefined : file.from + arrived;
    file.synced = settled(file, arrived);
    file.pending = Buffer.alloc(0);
    file.from = next;
  };

  function appender(path: string, file: FakeFile): Appender {
    return {
      async append(bytes) {
        const own = file.from === undefined ? 0 : Math.max(0, file.synced.length - file.from - file.pending.length);
        const room = own + Math.max(0, disk.capacity - used());
        const code = disk.fault('append', path) ?? (bytes.length > room ? 'ENOSPC' : undefined);
        const taken = code === undefined ? bytes.length : Math.min(room, disk.tornAfter, bytes.length);
        file.pending = Buffer.concat([file.pending, bytes.subarray(0, taken)]);
        if (code !== undefined) throw failure(code);
      },
      async sync() {
        check('sync', path);
        if (file.pending.length > 0) disk.syncs += 1;
        settle(file);
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
      return settled(find('read', path));
    },
    async size(path) {
      return settled(find('size', path)).length;
    },
    async create(path) {
      check('create', path);
      if (!directories.has(parent(path))) throw failure('ENOENT');
      if (files.has(path)) throw failure('EEXIST');
      const file = { synced: Buffer.alloc(0), pending: Buffer.alloc(0) };
      files.set(path, file);
      return appender(path, file);
    },
    async extend(path) {
      const file = find('extend', path);
      settle(file);
      file.from = undefined;
      return appender(path, file);
    },
    async overwrite(path, from) {
      const file = find('extend', path);
      settle(file);
      file.from = from;
      return appender(path, file);
    },
    async rename(from, to) {
      const file = find('remove', from);
      check('create', to);
      files.delete(from);
      files.set(to, file);
    },
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
      for (const file of files.values()) settle(file, arrived(file.pending.length));
    },
    deleteDirectory(path) {
      directories.delete(path);
      for (const name of files.keys()) if (parent(name) === path) files.delete(name);
    },
  };
  return disk;
}

import { type Dir, lstatSync, opendirSync, readFileSync, type Stats } from 'node:fs';
import { openTree, type Tree } from '../../lib/disk/tree.ts';
import { type Bytes, type Duration, MiB } from '../../lib/model/units.ts';
import { openQueue, type Pending } from './queue.ts';

export interface WalkOptions {
  readonly within: Duration;
  readonly mostRead: Bytes;
  /** Mount points below the root: bind mounts of the same filesystem would be counted twice, others may hang. */
  readonly mountPoints: ReadonlySet<string>;
  readonly clock: () => Duration;
  /** Bytes this process has had read from disks. */
  readonly read: () => Bytes;
}

export interface Walked {
  readonly tree: Tree;
  readonly bytes: Bytes;
  readonly inodes: number;
  readonly denied: number;
  readonly cut?: string;
}

const LOOK_EVERY = 512;
/** Of a directory at a time: one with millions of files waits for the others, too, and by its size it gets more of the time than they. */
const SLICE = 2048;
const LARGEST_SLICE = 65_536;
const BYTES_PER_ENTRY = 64;
/** A file of its own in the list; smaller ones count for their directory. */
const LARGE_FILE = 4 * MiB;
/** Names of one file that are remembered to count it once. */
const MOST_LINKS = 200_000;

const sliceOf = ({ size }: Stats) => Math.min(LARGEST_SLICE, Math.max(SLICE, Math.floor(size / BYTES_PER_ENTRY)));

const DIRECTORY = 0o040000;
const isDirectory = ({ mode }: Stats) => (mode & 0o170000) === DIRECTORY;

/** /proc/self/io counts what was really read, caches apart. */
export function bytesRead(): Bytes {
  try {
    return Number(/^read_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function open(path: string): Dir | undefined {
  try {
    return opendirSync(path, { bufferSize: 256, encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** Undefined: it went away meanwhile, or is not ours to see. */
const statusOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};

/** Counts a filesystem by directory, bytes and inodes in one pass, without leaving it, until the time or the reading is used up. */
export function walk(root: string, options: WalkOptions): Walked {
  const { within, mostRead, mountPoints, clock, read } = options;
  const tree = openTree(root);
  const queue = openQueue();
  const began = clock();
  const readBefore = read();
  const links = new Set<number>();
  const device = statusOf(root)?.dev;
  let [inodes, bytes, denied] = [0, 0, 0];
  let cut: string | undefined;

  function look(): void {
    if (clock() - began >= within) cut = `the time for it (${Math.round(within / 1000)} s) was over`;
    else if (read() - readBefore >= mostRead)
      cut = `it had read ${Math.round(mostRead / MiB)} MiB from the disk, and may not read more`;
  }

  function count(path: string, name: string, { entry, depth }: Pending, lane: Pending[] | undefined): void {
    const status = statusOf(path);
    if (status === undefined || status.dev !== device || mountPoints.has(path)) return;
    inodes += 1;
    if (inodes % LOOK_EVERY === 0) look();
    if (status.nlink > 1 && !isDirectory(status)) {
      if (links.has(status.ino)) {
        inodes -= 1;
        return;
      }
      if (links.size < MOST_LINKS) links.add(status.ino);
    }
    const size = status.blocks * 512;
    const isOwn = isDirectory(status) || size >= LARGE_FILE;
    const counted = isOwn ? tree.below(entry, name) : entry;
    counted.bytes += size;
    counted.inodes += 1;
    bytes += size;
    if (isDirectory(status)) queue.add({ path, entry: counted, depth: depth + 1, slice: sliceOf(status) }, lane);
  }

  function readSlice(pending: Pending, lane: Pending[] | undefined): void {
    const { path, begun = open(path) } = pending;
    if (begun === undefined) {
      denied += 1;
      return;
    }
    try {
      for (let left = pending.slice; left > 0 && cut === undefined; left -= 1) {
        const one = begun.readSync();
        if (one === null) {
          begun.closeSync();
          return;
        }
        count(path === '/' ? `/${one.name}` : `${path}/${one.name}`, one.name, pending, lane);
      }
      queue.add({ ...pending, begun }, lane);
    } catch {
      denied += 1;
      begun.closeSync();
    }
  }

  queue.add({ path: root, entry: tree.root, depth: 0, slice: SLICE }, undefined);
  for (;;) {
    const next = queue.next();
    if (next === undefined) break;
    // Out of time: what was begun is closed.
    if (cut === undefined) readSlice(next.pending, next.lane);
    else next.pending.begun?.closeSync();
  }
  return { tree, bytes, inodes, denied, ...(cut === undefined ? {} : { cut }) };
}

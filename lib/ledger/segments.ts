import { join } from 'node:path';
import type { LedgerEntry } from '../model/incident.ts';
import type { Bytes } from '../model/units.ts';
import type { Appender, Disk } from './disk.ts';
import { encodeEntry, encodeHead } from './format.ts';
import { type Position, type Replay, replaySegments, segmentName, segmentNumbers } from './replay.ts';
import { isNoSpace, keepReserve, reservePath } from './reserve.ts';

export interface SegmentLimits {
  /** A segment that has grown by this since its head is followed by a new one. */
  readonly segmentBytes: Bytes;
  /** All segments together; the oldest go first, the newest never. */
  readonly totalBytes: Bytes;
  /** Set aside for a full disk. */
  readonly reserveBytes: Bytes;
}

export interface Segments {
  readonly replay: Replay;
  /** Time for a checkpoint: there is no segment yet, the last one ended badly, or it is long enough. */
  readonly full: boolean;
  /** The disk is full, and entries go where the reserve was. */
  readonly squeezed: boolean;
  append(entry: LedgerEntry): Promise<void>;
  /** Begins a new segment with what still matters, then drops what the limit does not allow. */
  checkpoint(entries: readonly LedgerEntry[], position: Position): Promise<void>;
  isPlaced(): Promise<boolean>;
  /** Completes the reserve if there is room, and no longer writes where it was. */
  keepReserve(): Promise<void>;
  close(): Promise<void>;
}

async function dropOldest(disk: Disk, directory: string, most: Bytes): Promise<void> {
  const numbers = await segmentNumbers(disk, directory);
  const sizes = await Promise.all(numbers.map((number) => disk.size(join(directory, segmentName(number)))));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  for (const [index, number] of numbers.slice(0, -1).entries()) {
    if (total <= most) return;
    await disk.remove(join(directory, segmentName(number)));
    total -= sizes[index] ?? 0;
  }
}

/** Opens the ledger of a directory, which is made if it is missing. Rejects when nothing can be kept there. */
export async function openSegments(disk: Disk, directory: string, limits: SegmentLimits): Promise<Segments> {
  await disk.makeDirectory(directory);
  const numbers = await segmentNumbers(disk, directory);
  const { replay, last } = await replaySegments(disk, directory, numbers);
  let newest = numbers.at(-1) ?? 0;
  let file: Appender | undefined;
  let grown = 0;
  let squeezed = false;
  const pathOf = (number: number) => join(directory, segmentName(number));
  if (last !== undefined && !last.torn && last.corrupt === 0 && last.end < limits.segmentBytes) {
    file = await (last.filled ? disk.overwrite(pathOf(newest), last.end) : disk.extend(pathOf(newest)));
    grown = last.end;
    squeezed = last.filled;
  }

  async function close(): Promise<void> {
    const closing = file;
    file = undefined;
    await closing?.close().catch(() => undefined);
  }

  /** What was begun and failed is never continued: the next entry starts a new segment. */
  async function write(bytes: Buffer): Promise<void> {
    if (file === undefined) throw new Error('no segment is open');
    try {
      await file.append(bytes);
      await file.sync();
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** A new segment in blocks of its own, or, when the disk has none left, in those of the reserve: freed, others would take them. */
  async function begin(content: Buffer): Promise<void> {
    newest += 1;
    try {
      file = await disk.create(pathOf(newest));
      await write(content);
      squeezed = false;
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      await disk.rename(reservePath(directory), pathOf(newest)).catch(() => {
        throw error;
      });
      file = await disk.overwrite(pathOf(newest), 0);
      await write(content);
      squeezed = true;
    }
  }

  return {
    replay,
    get full() {
      return file === undefined || grown >= limits.segmentBytes;
    },
    get squeezed() {
      return squeezed;
    },
    async append(entry) {
      const line = encodeEntry(entry);
      await write(line);
      grown += line.length;
    },
    async checkpoint(entries, position) {
      await close();
      const head = encodeHead({ ...position, kind: 'head', format: 1, carried: entries.length });
      await begin(Buffer.concat([head, ...entries.map((entry) => encodeEntry(entry))]));
      grown = 0;
      await dropOldest(disk, directory, limits.totalBytes);
    },
    async keepReserve() {
      if (!(await keepReserve(disk, directory, limits.reserveBytes)) || !squeezed) return;
      squeezed = false;
      await close();
    },
    isPlaced: async () => file === undefined || (await file.isPlaced()),
    close,
  };
}

/** Leaves nothing but these entries in a directory: the new segment is there before the old ones go. */
export async function replaceSegments(disk: Disk, directory: string, entries: readonly LedgerEntry[]): Promise<void> {
  const segments = await openSegments(disk, directory, { segmentBytes: 1, totalBytes: 0, reserveBytes: 0 });
  const { seq, incidents } = segments.replay;
  await segments.checkpoint(entries, { seq, incidents });
  await segments.close();
}

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../model/error-words.ts';
import type { FlightSample } from '../model/flight.ts';
import { KiB, MiB } from '../model/units.ts';
import { decodeRing, encodeSlot, SLOT_BYTES } from './format.ts';

/** Two hours of 10 s. */
const SLOTS = 720;
const MOST_BYTES = 4 * MiB;
/** Records between two looks whether the file is still there, a minute: each look is a trip through the thread pool. */
const LOOK_EVERY = 6;

/** The ring of the boot before the present one, kept until that one has ended too. */
export const lastBootPath = (path: string): string => `${path}.last-boot`;

export type Written = 'written' | 'skipped' | 'failed';

export interface Recorder {
  /** One small write into the page cache; it is brought to disk behind the caller's back. Never rejects. */
  record(sample: FlightSample): Promise<Written>;
  close(): Promise<void>;
}

const { O_RDONLY, O_RDWR, O_CREAT, O_NONBLOCK, O_NOFOLLOW } = constants;

async function readRing(file: FileHandle): Promise<Buffer> {
  const status = await file.stat();
  if (!status.isFile()) throw new Error('not a regular file');
  const ring = Buffer.alloc(Math.min(status.size, MOST_BYTES));
  const { bytesRead } = await file.read(ring, 0, ring.length, 0);
  return ring.subarray(0, bytesRead);
}

/** The records of a ring; none of a file that is missing, foreign or damaged. Rejects only when it may not be read. */
export async function readFlight(path: string): Promise<readonly FlightSample[]> {
  try {
    const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    try {
      return decodeRing(await readRing(file)).map(({ sample }) => sample);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (['EACCES', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
    return [];
  }
}

/** Real blocks from the start: the last records of a disk that fills up are the interesting ones. */
async function allocate(file: FileHandle, from: number): Promise<void> {
  const zeros = Buffer.alloc(64 * KiB);
  for (let at = from; at < SLOTS * SLOT_BYTES; at += zeros.length) {
    await file.write(zeros, 0, Math.min(zeros.length, SLOTS * SLOT_BYTES - at), at);
  }
}

interface Ring {
  readonly file: FileHandle;
  seq: number;
}

async function openRing(path: string, boot: string): Promise<Ring> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const former = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW).catch(() => undefined);
  const ring = await former?.stat().then((status) => (status.isFile() ? readRing(former) : undefined));
  await former?.close();
  const slots = decodeRing(ring ?? Buffer.alloc(0));
  const last = slots.at(-1);
  const isOfFormerBoot = last !== undefined && last.sample.boot !== boot;
  if (isOfFormerBoot) await rename(path, lastBootPath(path));

  const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const { size } = await file.stat();
    if (size > SLOTS * SLOT_BYTES) await file.truncate(SLOTS * SLOT_BYTES);
    // What lies beyond the last whole slot of a file that was cut is written anew.
    await allocate(file, size - (size % SLOT_BYTES));
  } catch (error) {
    await file.close();
    throw error;
  }
  return { file, seq: last?.seq ?? 0 };
}

/**
 * A ring of records on disk. One write is under way at most: while a disk hangs the records of that time are skipped, and nothing
 * waits for it.
 */
export function openRecorder(path: string): Recorder {
  let ring: Ring | undefined;
  let busy = false;
  let syncing = false;

  /** The last half minute is what a dead node is asked for, and the kernel writes back only after that. */
  function sync({ file }: Ring): void {
    if (syncing) return;
    syncing = true;
    file
      .datasync()
      .catch(() => undefined)
      .finally(() => {
        syncing = false;
      });
  }

  async function forget(): Promise<void> {
    const closing = ring;
    ring = undefined;
    await closing?.file.close().catch(() => undefined);
  }

  async function write(sample: FlightSample): Promise<void> {
    // Deleted, or its directory with it: what is written to it now nobody would find.
    if (ring !== undefined && ring.seq % LOOK_EVERY === 0 && (await ring.file.stat()).nlink === 0) await forget();
    ring ??= await openRing(path, sample.boot);
    ring.seq += 1;
    await ring.file.write(encodeSlot({ seq: ring.seq, sample }), 0, SLOT_BYTES, (ring.seq % SLOTS) * SLOT_BYTES);
    sync(ring);
  }

  return {
    async record(sample) {
      if (busy) return 'skipped';
      busy = true;
      try {
        await write(sample);
        return 'written';
      } catch {
        await forget();
        return 'failed';
      } finally {
        busy = false;
      }
    },
    close: forget,
  };
}

import type { LedgerEntry, Moment } from '../model/incident.ts';
import type { Duration } from '../model/units.ts';
import { add, type Book, type Dated, merge, positionOf } from './book.ts';
import type { Disk } from './disk.ts';
import { lean } from './format.ts';
import type { Replay } from './replay.ts';
import { openSegments, type SegmentLimits, type Segments } from './segments.ts';

export interface Committed {
  readonly book: Book;
  readonly entry?: LedgerEntry;
}

/** One directory in which the book is kept. After every failure it is read anew: what is there is merged, not assumed. */
export interface Place {
  readonly replay: Replay | undefined;
  /** The disk is full, and entries go where the reserve was. */
  readonly squeezed: boolean;
  /** Writes what the directory lacks of the book, then the event. Rejects when one of it is not safe there. */
  commit(book: Book, dated?: Dated): Promise<Committed>;
  /** Rejects when the directory is gone, or cannot be written any more. */
  tend(): Promise<void>;
  forget(): Promise<void>;
}

export interface PlaceOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly limits: SegmentLimits;
  readonly keep: Duration;
  readonly now: () => Moment;
}

export function openPlace({ disk, directory, limits, keep, now }: PlaceOptions): Place {
  let segments: Segments | undefined;
  let replay: Replay | undefined;

  async function forget(): Promise<void> {
    const closing = segments;
    segments = undefined;
    await closing?.close();
  }

  async function verify(): Promise<void> {
    if (segments === undefined || !(await segments.isPlaced())) throw new Error('it was deleted, moved or mounted over');
  }

  async function write(known: Book, dated: Dated | undefined): Promise<Committed> {
    let book = known;
    let open = segments;
    if (open === undefined) {
      open = await openSegments(disk, directory, limits);
      segments = open;
      replay = open.replay;
      const merged = merge(replay, known, keep, now());
      book = merged.book;
      if (open.full || merged.missing.length > 0) await open.checkpoint(book.entries, positionOf(book));
    } else if (open.full) await open.checkpoint(book.entries, positionOf(book));

    if (dated === undefined) return { book };
    const added = add(book, dated, keep);
    await open.append(open.squeezed ? lean(added.entry) : added.entry);
    await verify();
    return { entry: added.entry, book: added.book };
  }

  return {
    get replay() {
      return replay;
    },
    get squeezed() {
      return segments?.squeezed ?? false;
    },
    async commit(book, dated) {
      try {
        return await write(book, dated);
      } catch {
        // Read anew, and into a segment of its own.
        await forget();
      }
      try {
        return await write(book, dated);
      } catch (error) {
        await forget();
        throw error;
      }
    },
    async tend() {
      await verify();
      await segments?.keepReserve();
    },
    forget,
  };
}

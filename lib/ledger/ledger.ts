import type { LedgerEntry, LedgerEvent, LedgerKept, LedgerState, Moment } from '../model/incident.ts';
import { type Duration, type Instant, KiB, MiB, seconds } from '../model/units.ts';
import { add, type Book, bookOf, type Dated, EMPTY_BOOK, leanBook } from './book.ts';
import { type Disk, localDisk } from './disk.ts';
import { explain } from './explain.ts';
import { gate } from './gate.ts';
import { incidentId, nextActionId } from './ids.ts';
import { openPlace } from './place.ts';
import { type Replay, readReplay } from './replay.ts';
import { replaceSegments, type SegmentLimits } from './segments.ts';

export interface LedgerOptions {
  /** `/var/lib/nodemend/ledger`. */
  readonly directory: string;
  /** `/run/nodemend/ledger`: stands in while the first one cannot be used. */
  readonly runtimeDirectory: string;
  readonly clock: () => Moment & { readonly at: Instant };
  /** The longest time in which an attempt counts or a remedy rests. */
  readonly keep: Duration;
  readonly limits?: SegmentLimits;
  readonly disk?: Disk;
  /** An entry that is not on disk by then is kept elsewhere: a dying disk answers fsync after minutes. */
  readonly deadline?: Duration;
}

export interface Appended {
  readonly entry: LedgerEntry;
  readonly kept: LedgerKept;
}

export interface Ledger {
  readonly state: LedgerState;
  /** What was found in the directory when it was last opened; undefined: it could not be read. */
  readonly replay: Replay | undefined;
  /** What a decision may ask for, in order. */
  readonly entries: readonly LedgerEntry[];
  /** An id for an incident: the day for people, the number for order. */
  newIncident(): string;
  /** An id for the next action of an incident; the same one until an intent with it was appended. */
  newAction(incident: string): string;
  /** Resolves when the entry is kept as safely as can be. Never rejects: before acting look at `kept`. */
  append(event: LedgerEvent): Promise<Appended>;
  /** Housekeeping once per round: the reserve, a directory that was deleted, the way back from a failure. */
  tend(): Promise<LedgerState>;
  close(): Promise<void>;
}

/** The reserve has room for a thousand intents. */
const LIMITS: SegmentLimits = { segmentBytes: 512 * KiB, totalBytes: 16 * MiB, reserveBytes: MiB };
const RUNTIME_LIMITS: SegmentLimits = { segmentBytes: 256 * KiB, totalBytes: MiB, reserveBytes: 0 };
const RETRY = seconds(10);

const round = (up: number) => Math.round(up * 1000) / 1000;

/** Opens the ledger, wherever it can be kept. The caller holds the lock. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { directory, runtimeDirectory, clock, keep, disk = localDisk, deadline = seconds(5), limits = LIMITS } = options;
  const common = { disk, keep, now: clock };
  const durable = openPlace({ ...common, directory, limits });
  const runtime = openPlace({ ...common, directory: runtimeDirectory, limits: RUNTIME_LIMITS });
  const atDisk = gate(deadline, durable.forget);
  const atRuntime = gate(deadline, runtime.forget);
  let book: Book = EMPTY_BOOK;
  let state: LedgerState = { kind: 'memory', why: 'not opened yet' };
  let incidents = 0;
  let stoodIn = false;
  let tried = Number.NEGATIVE_INFINITY;
  let queue: Promise<unknown> = Promise.resolve();

  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  /** Strictly after every entry of this boot that is known: (boot, up) is an entry's identity. */
  function date(event: LedgerEvent): Dated {
    const { boot, up, at } = clock();
    const last = book.last?.boot === boot ? book.last.up : undefined;
    return { ...event, at, boot, up: round(last === undefined ? up : Math.max(up, last + 0.001)) };
  }

  /** The disk has it all. What was restarted without it stays noted where it was: the disk may fail again in this boot. */
  async function settle(): Promise<void> {
    state = durable.squeezed
      ? { kind: 'disk', why: `${directory}: the disk is full; entries go into the reserve` }
      : { kind: 'disk' };
    if (!stoodIn) return;
    stoodIn = false;
    await runtime.forget();
    const { boot } = clock();
    const restarts = book.entries.filter((entry) => entry.boot === boot && entry.kind === 'intent' && entry.unit !== undefined);
    await atRuntime(() => replaceSegments(disk, runtimeDirectory, restarts)).catch(() => undefined);
  }

  async function standIn(why: string, dated: Dated | undefined): Promise<LedgerEntry | undefined> {
    try {
      const committed = await atRuntime(() => runtime.commit(book, dated));
      stoodIn = true;
      book = committed.book;
      state = { kind: 'runtime', why };
      return committed.entry;
    } catch (error) {
      state = { kind: 'memory', why: `${why}; ${explain(runtimeDirectory, error)}` };
      if (dated === undefined) return undefined;
      const added = add(book, dated, keep);
      book = added.book;
      return added.entry;
    }
  }

  async function commit(dated: Dated | undefined): Promise<LedgerEntry | undefined> {
    tried = clock().up;
    try {
      const committed = await atDisk(() => durable.commit(book, dated));
      book = leanBook(committed.book);
      await settle();
      return committed.entry;
    } catch (error) {
      return await standIn(explain(directory, error), dated);
    }
  }

  async function tend(): Promise<LedgerState> {
    if (state.kind !== 'disk') {
      const since = clock().up - tried;
      if (since < 0 || since >= RETRY) await commit(undefined);
      return state;
    }
    try {
      await atDisk(() => durable.tend());
      await settle();
    } catch {
      await durable.forget();
      await commit(undefined);
    }
    return state;
  }

  /** What stood in while the directory could not be used is taken over. */
  async function begin(): Promise<void> {
    const left = await atRuntime(() => readReplay(disk, runtimeDirectory)).catch(() => undefined);
    if (left !== undefined && left.entries.length > 0) {
      stoodIn = true;
      book = bookOf(left, keep, clock());
    }
    await commit(undefined);
  }

  await begin();
  return {
    get state() {
      return state;
    },
    get replay() {
      return durable.replay;
    },
    get entries() {
      return book.entries;
    },
    newIncident() {
      incidents = Math.max(incidents, book.incidents) + 1;
      return incidentId(clock().at, incidents);
    },
    newAction: (incident) => nextActionId(book.entries, incident),
    append: (event) =>
      inOrder(async () => {
        const dated = date(event);
        const entry = await commit(dated);
        return { entry: entry ?? { ...dated, seq: book.seq }, kept: state.kind };
      }),
    tend: () => inOrder(tend),
    close: () =>
      inOrder(async () => {
        await durable.forget();
        await runtime.forget();
      }),
  };
}

import type { LedgerEntry, LedgerEvent, Moment } from '../model/incident.ts';
import type { Duration, Instant } from '../model/units.ts';
import { distinct, identityOfEntry } from '../policy/entries.ts';
import { needed } from '../policy/needed.ts';
import { lean } from './format.ts';
import type { Position, Replay } from './replay.ts';

/** What the ledger knows by heart: the entries that still matter, and where it stands. Never changed, only replaced. */
export interface Book extends Position {
  readonly entries: readonly LedgerEntry[];
}

export const EMPTY_BOOK: Book = { entries: [], seq: 0, incidents: 0 };

/** What a directory holds, with its evidence. */
export function bookOf(found: Replay, keep: Duration, now: Moment): Book {
  return { ...positionOf(found), entries: needed(distinct(found.entries), keep, now) };
}

/** An event with its moment; its place in the order is given where it is written. */
export type Dated = LedgerEvent & Moment & { readonly at: Instant };

export function positionOf({ seq, incidents, last }: Position): Position {
  return { seq, incidents, ...(last === undefined ? {} : { last }) };
}

/** The later of two moments, where this boot is later than any other. */
function later(one: Moment | undefined, other: Moment | undefined, now: Moment): Moment | undefined {
  if (one?.boot === now.boot && other?.boot === now.boot) return one.up > other.up ? one : other;
  return one?.boot === now.boot ? one : (other ?? one);
}

const numberOf = (incident: string) => Number(/-(\d+)$/.exec(incident)?.[1] ?? 0);

/** The book with one entry more, and without what it made obsolete. */
export function add(book: Book, dated: Dated, keep: Duration): { readonly book: Book; readonly entry: LedgerEntry } {
  const entry: LedgerEntry = { ...dated, seq: book.seq + 1 };
  const incidents = entry.kind === 'opened' ? Math.max(book.incidents, numberOf(entry.incident)) : book.incidents;
  const last = { boot: entry.boot, up: entry.up };
  return { entry, book: { seq: entry.seq, incidents, last, entries: needed([...book.entries, entry], keep, dated) } };
}

export interface Merged {
  readonly book: Book;
  /** Known here and not there: it must be written before anything else. */
  readonly missing: readonly LedgerEntry[];
}

/**
 * What a directory holds together with what we know ourselves. Entries of this boot that were numbered while the directory could
 * not be read come after everything in it, or an old reset would forgive them.
 */
export function merge(found: Replay, own: Book, keep: Duration, now: Moment): Merged {
  const there = new Set(found.entries.map(identityOfEntry));
  const absent = own.entries.filter((entry) => !there.has(identityOfEntry(entry)));
  const ofThisBoot = absent.filter(({ boot }) => boot === now.boot);
  const late = ofThisBoot.some(({ seq }) => seq <= found.seq);
  let { seq } = found;
  const missing = absent.map((entry) => {
    if (!late || entry.boot !== now.boot) return entry;
    seq += 1;
    return { ...entry, seq };
  });
  const entries = needed(distinct([...missing, ...found.entries.map(lean)]), keep, now);
  const last = later(own.last, found.last, now);
  const book = {
    ...(last === undefined ? {} : { last }),
    entries,
    seq: Math.max(own.seq, seq, ...missing.map((entry) => entry.seq)),
    incidents: Math.max(own.incidents, found.incidents),
  };
  return { book, missing: missing.filter((entry) => entries.includes(entry)) };
}

/** Evidence is dropped from memory once it is on disk. */
export function leanBook(book: Book): Book {
  return { ...book, entries: book.entries.map(lean) };
}

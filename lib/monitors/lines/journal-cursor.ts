import type { Instant } from '../../model/units.ts';

interface Cursor {
  /** Of the files that were written by one journald without a break. */
  readonly sequence: string;
  /** Number of the entry in it. */
  readonly number: bigint;
  readonly time: Instant;
}

const CURSOR = /(?:^|;)s=([0-9a-f]+);i=([0-9a-f]+);b=[0-9a-f]+;m=[0-9a-f]+;t=([0-9a-f]+)(?:;|$)/;

/** journalctl's cursors are its own affair; only where a journal cannot go on at one, what it says itself is used. */
function parseCursor(cursor: string): Cursor | undefined {
  const [, sequence, number, microseconds] = CURSOR.exec(cursor) ?? [];
  if (sequence === undefined) return undefined;
  return { sequence, number: BigInt(`0x${number}`), time: Number.parseInt(microseconds ?? '', 16) / 1000 };
}

/** When the entry at a cursor was written. */
export const timeOf = (cursor: string): Instant | undefined => parseCursor(cursor)?.time;

/** Whether an entry came after another one; what cannot be told did. */
export function isAfter(cursor: string, other: string): boolean {
  const [one, two] = [parseCursor(cursor), parseCursor(other)];
  if (one === undefined || two === undefined) return cursor !== other;
  return one.sequence === two.sequence ? one.number > two.number : one.time > two.time;
}

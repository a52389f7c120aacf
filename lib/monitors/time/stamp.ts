import type { Instant } from '../../model/units.ts';
import { type Draft, readPiece } from './elements.ts';
import type { Piece } from './layout.ts';
import { Rest } from './rest.ts';

/** A time as it was written. Year 0: none was. */
export interface Stamp {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Seconds east of UTC; absent: the host's own zone. */
  readonly offset?: number;
}

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (month: number, year: number) =>
  month === 2 ? 28 + Number(isLeap(year)) : 30 + Number([1, 3, 5, 7, 8, 10, 12].includes(month));

/** Day of the year → month and day; undefined when the year has no such day, or another was written as well. */
function withYearDay({ yearDay, ...draft }: Draft): Draft | undefined {
  if (yearDay === undefined) return draft;
  const year = draft.year ?? 0;
  if (yearDay === 366 && !isLeap(year)) return undefined;
  let month = 1;
  let day = yearDay;
  for (; day > daysIn(month, year); month++) day -= daysIn(month, year);
  const same = (draft.month ?? month) === month && (draft.day ?? day) === day;
  return same ? { ...draft, month, day } : undefined;
}

function complete(draft: Draft): Stamp | undefined {
  const dated = withYearDay(draft);
  if (dated === undefined) return undefined;
  const { afternoon, ...rest } = dated;
  const stamp = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0, ...rest };
  if (stamp.day < 1 || stamp.day > daysIn(stamp.month, stamp.year)) return undefined;
  if (afternoon === true && stamp.hour < 12) stamp.hour += 12;
  if (afternoon === false && stamp.hour === 12) stamp.hour = 0;
  return stamp;
}

/** Reads a time in a layout as time.ParseInLocation does; undefined: it does not fit. */
export function readStamp(pieces: readonly Piece[], text: string): Stamp | undefined {
  const rest = new Rest(text);
  const draft: Draft = {};
  for (const [index, piece] of pieces.entries()) {
    if (!readPiece(rest, draft, piece, pieces[index + 1])) return undefined;
  }
  return rest.text === '' ? complete(draft) : undefined;
}

const DAY = 86_400_000;

const instantIn = (stamp: Stamp, year: number): Instant => {
  const { month, day, hour, minute, second, nanosecond, offset } = stamp;
  const fraction = nanosecond / 1e6;
  if (offset !== undefined) return Date.UTC(year, month - 1, day, hour, minute, second) - offset * 1000 + fraction;
  return new Date(year, month - 1, day, hour, minute, second).getTime() + fraction;
};

/** The moment a stamp means. Without a year the latest that is not a day ahead: on New Year's Day December is last year's. */
export function instantOf(stamp: Stamp, now: Instant): Instant {
  if (stamp.year !== 0) return instantIn(stamp, stamp.year);
  const year = new Date(now).getFullYear();
  const instant = instantIn(stamp, year);
  return instant > now + DAY ? instantIn(stamp, year - 1) : instant;
}

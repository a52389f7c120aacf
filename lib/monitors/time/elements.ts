import type { Element, Piece } from './layout.ts';
import type { Rest } from './rest.ts';

/** What is read so far. */
export interface Draft {
  year?: number;
  month?: number;
  day?: number;
  yearDay?: number;
  hour?: number;
  minute?: number;
  second?: number;
  nanosecond?: number;
  offset?: number;
  afternoon?: boolean;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const TWO = /^\d\d/;
const ONE_OR_TWO = /^\d\d?/;

type Numbered = 'year' | 'month' | 'day' | 'yearDay' | 'hour' | 'minute' | 'second';

/** Elements that are a number: where it goes, how it is written, its bounds. A day's bound depends on the month. */
const NUMBERS: Partial<Record<Element, readonly [Numbered, RegExp, number, number]>> = {
  '1': ['month', ONE_OR_TWO, 1, 12],
  '01': ['month', TWO, 1, 12],
  '2': ['day', ONE_OR_TWO, 0, 99],
  _2: ['day', /^ ?(\d\d?)/, 0, 99],
  '02': ['day', TWO, 0, 99],
  __2: ['yearDay', /^ {0,2}(\d{1,3})/, 1, 366],
  '002': ['yearDay', /^\d{3}/, 1, 366],
  '15': ['hour', ONE_OR_TWO, 0, 23],
  '3': ['hour', ONE_OR_TWO, 0, 12],
  '03': ['hour', TWO, 0, 12],
  '4': ['minute', ONE_OR_TWO, 0, 59],
  '04': ['minute', TWO, 0, 59],
  '5': ['second', ONE_OR_TWO, 0, 59],
  '05': ['second', TWO, 0, 59],
  '2006': ['year', /^\d{4}/, 0, 9999],
  '06': ['year', TWO, 0, 99],
};

function keep(draft: Draft, name: Numbered, value: number | undefined): boolean {
  if (value !== undefined) draft[name] = value;
  return value !== undefined;
}

function readHalf(rest: Rest, draft: Draft, pattern: RegExp): boolean {
  const half = rest.take(pattern);
  draft.afternoon = half?.toLowerCase() === 'pm';
  return half !== undefined;
}

/** An abbreviation says nothing for certain: UTC is UTC, another is taken for the host's own. */
function readZone(rest: Rest, draft: Draft): boolean {
  const zone = rest.take(/^(?:[A-Z]{3,5}|ChST|MeST)(?![A-Za-z])/);
  if (zone === 'UTC' || zone === 'GMT') draft.offset = 0;
  return zone !== undefined;
}

function readNumber(rest: Rest, draft: Draft, element: Element): boolean {
  const [name, pattern, least, most] = NUMBERS[element] ?? [];
  if (name === undefined || pattern === undefined) return false;
  const value = rest.number(pattern, least ?? 0, most ?? 0);
  if (element !== '06' || value === undefined) return keep(draft, name, value);
  return keep(draft, name, value + (value >= 69 ? 1900 : 2000));
}

function readElement(rest: Rest, draft: Draft, element: Element): boolean {
  switch (element) {
    case 'January':
    case 'Jan':
      return keep(draft, 'month', rest.word(MONTHS, element === 'Jan'));
    case 'Monday':
    case 'Mon':
      return rest.word(DAYS, element === 'Mon') !== undefined;
    case 'PM':
      return readHalf(rest, draft, /^[AP]M/);
    case 'pm':
      return readHalf(rest, draft, /^[ap]m/);
    case 'MST':
      return readZone(rest, draft);
    default:
      return readNumber(rest, draft, element);
  }
}

function readOffset(rest: Rest, draft: Draft, { form, zulu }: Extract<Piece, { kind: 'offset' }>): boolean {
  if (zulu && rest.take(/^Z/) !== undefined) {
    draft.offset = 0;
    return true;
  }
  const text = rest.take(new RegExp(`^[+-]${form.replaceAll('07', '(?:[01]\\d|2[0-4])').replaceAll('00', '[0-5]\\d')}`));
  if (text === undefined) return false;
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d\d/g) ?? []).map(Number);
  draft.offset = (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  return true;
}

const nanoseconds = (digits: string) => Number(digits.slice(0, 9).padEnd(9, '0'));

function readFraction(rest: Rest, draft: Draft, { digits, optional }: Extract<Piece, { kind: 'fraction' }>): boolean {
  const text = rest.take(optional ? /^[.,](\d+)/ : new RegExp(`^[.,](\\d{${digits}})`));
  if (text !== undefined) draft.nanosecond = nanoseconds(text);
  return optional || text !== undefined;
}

export function readPiece(rest: Rest, draft: Draft, piece: Piece, next: Piece | undefined): boolean {
  if (piece.kind === 'literal') return rest.literal(piece.text);
  if (piece.kind === 'offset') return readOffset(rest, draft, piece);
  if (piece.kind === 'fraction') return readFraction(rest, draft, piece);
  if (!readElement(rest, draft, piece.name)) return false;
  // A fraction behind the seconds is read even if the layout has none.
  const seconds = piece.name === '5' || piece.name === '05';
  return !seconds || next?.kind === 'fraction' || readFraction(rest, draft, { kind: 'fraction', digits: 9, optional: true });
}

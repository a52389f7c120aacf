import { PatternError } from './ast.ts';
import { DIGITS, negate, type Ranges, SPACES, WORD } from './ranges.ts';
import { fold, unicodeClass } from './unicode.ts';

/** The characters of a pattern and how far it is read. */
export interface Cursor {
  readonly characters: readonly string[];
  at: number;
}

export const rest = (cursor: Cursor, from = cursor.at) => cursor.characters.slice(from).join('');
export const between = (cursor: Cursor, from: number) => cursor.characters.slice(from, cursor.at).join('');

const PERL: Readonly<Record<string, Ranges>> = { d: DIGITS, s: SPACES, w: WORD };
const CONTROLS: Readonly<Record<string, number>> = { a: 0x07, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b };

const foldIf = (folded: boolean, ranges: Ranges) => (folded ? fold(ranges) : ranges);
const signed = (negated: boolean, ranges: Ranges) => (negated ? negate(ranges) : ranges);

function invalid(cursor: Cursor, start: number): PatternError {
  return new PatternError('invalid escape sequence', between(cursor, start), start + 1);
}

/** `\d`, `\S`, `\pL`, `\p{^Greek}`: a set; undefined when something else follows, and nothing is read. */
export function readClassEscape(cursor: Cursor, folded: boolean): Ranges | undefined {
  const letter = cursor.characters[cursor.at + 1] ?? '';
  if (letter === 'p' || letter === 'P') return readProperty(cursor, folded);
  const perl = Object.hasOwn(PERL, letter.toLowerCase()) ? PERL[letter.toLowerCase()] : undefined;
  if (perl === undefined) return undefined;
  cursor.at += 2;
  return signed(letter < 'a', foldIf(folded, perl));
}

function readProperty(cursor: Cursor, folded: boolean): Ranges {
  const start = cursor.at;
  const { characters } = cursor;
  let name = characters[start + 2] ?? '';
  cursor.at = start + 3;
  if (name === '{') {
    const end = characters.indexOf('}', start);
    if (end === -1) throw new PatternError('invalid character class range', rest(cursor, start), start + 1);
    name = characters.slice(start + 3, end).join('');
    cursor.at = end + 1;
  }
  const inverted = name.startsWith('^');
  const ranges = unicodeClass(inverted ? name.slice(1) : name);
  if (ranges === undefined) throw new PatternError('invalid character class range', between(cursor, start), start + 1);
  return signed((characters[start + 1] === 'P') !== inverted, foldIf(folded, ranges));
}

function readHex(cursor: Cursor, start: number): number {
  const match = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest(cursor).slice(0, 20));
  const code = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
  if (match === null || !(code <= 0x10ffff)) {
    cursor.at = Math.min(cursor.at + 1, cursor.characters.length);
    throw invalid(cursor, start);
  }
  cursor.at += match[0].length;
  return code;
}

/** A single non-zero digit would be a back reference; with another octal digit behind it, it is a character. */
function readOctal(cursor: Cursor, start: number): number {
  const digits = /^[0-7]{1,3}/.exec(rest(cursor).slice(0, 3))?.[0] ?? '';
  if (digits.length < 2 && digits !== '0') {
    cursor.at += 1;
    throw invalid(cursor, start);
  }
  cursor.at += digits.length;
  return Number.parseInt(digits, 8);
}

/** One escaped character. */
export function readEscape(cursor: Cursor): number {
  const start = cursor.at;
  const letter = cursor.characters[start + 1];
  if (letter === undefined) throw new PatternError('trailing backslash at end of expression', '', start + 1);
  cursor.at = start + 1;
  if (/[0-7]/.test(letter)) return readOctal(cursor, start);
  cursor.at = start + 2;
  if (letter === 'x') return readHex(cursor, start);
  const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined;
  if (control !== undefined) return control;
  const code = letter.codePointAt(0) ?? 0;
  if (code >= 0x80 || /[0-9A-Za-z]/.test(letter)) throw invalid(cursor, start);
  return code;
}

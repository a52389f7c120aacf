import { PatternError } from './ast.ts';
import { between, type Cursor, readClassEscape, readEscape, rest } from './escapes.ts';
import { negate, normalise, type Ranges, WORD } from './ranges.ts';
import { fold } from './unicode.ts';

const POSIX: Readonly<Record<string, Ranges>> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit: [0x30, 0x39],
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper: [0x41, 0x5a],
  word: WORD,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};

const bad = (excerpt: string, start: number) => new PatternError('invalid character class range', excerpt, start + 1);

/** `[:alpha:]` inside brackets. */
function readPosix(cursor: Cursor, folded: boolean): Ranges | undefined {
  if (cursor.characters[cursor.at] !== '[' || cursor.characters[cursor.at + 1] !== ':') return undefined;
  const text = rest(cursor);
  const end = text.indexOf(':]', 2);
  if (end === -1) return undefined;
  const name = text.slice(2, end);
  const known = name.startsWith('^') ? name.slice(1) : name;
  const ranges = Object.hasOwn(POSIX, known) ? POSIX[known] : undefined;
  if (ranges === undefined) throw bad(text.slice(0, end + 2), cursor.at);
  cursor.at += end + 2;
  const all = folded ? fold(ranges) : ranges;
  return name === known ? all : negate(all);
}

function readMember(cursor: Cursor, opening: number): number {
  const character = cursor.characters[cursor.at];
  if (character === undefined) throw new PatternError('missing closing ]', rest(cursor, opening), opening + 1);
  if (character === '\\') return readEscape(cursor);
  cursor.at += 1;
  return character.codePointAt(0) ?? 0;
}

function readRange(cursor: Cursor, opening: number): Ranges {
  const start = cursor.at;
  const lo = readMember(cursor, opening);
  const next = cursor.characters[cursor.at + 1];
  // `[a-]`: a hyphen before the bracket is itself.
  if (cursor.characters[cursor.at] !== '-' || next === undefined || next === ']') return [lo, lo];
  cursor.at += 1;
  const hi = readMember(cursor, opening);
  if (hi < lo) throw bad(between(cursor, start), start);
  return [lo, hi];
}

/** `[…]`, the cursor on its bracket. */
export function readBrackets(cursor: Cursor, folded: boolean): Ranges {
  const opening = cursor.at;
  cursor.at += 1;
  const negated = cursor.characters[cursor.at] === '^';
  if (negated) cursor.at += 1;
  const pairs: number[] = [];
  for (let first = true; first || cursor.characters[cursor.at] !== ']'; first = false) {
    if (cursor.at >= cursor.characters.length) throw new PatternError('missing closing ]', rest(cursor, opening), opening + 1);
    const named =
      readPosix(cursor, folded) ?? (cursor.characters[cursor.at] === '\\' ? readClassEscape(cursor, folded) : undefined);
    if (named !== undefined) pairs.push(...named);
    else {
      const range = readRange(cursor, opening);
      pairs.push(...(folded ? fold(range) : range));
    }
  }
  cursor.at += 1;
  const ranges = normalise(pairs);
  return negated ? negate(ranges) : ranges;
}

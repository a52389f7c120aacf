import { PatternError } from './ast.ts';
import { between, type Cursor, rest } from './escapes.ts';

export interface Flags {
  readonly fold: boolean;
  readonly multiLine: boolean;
  readonly dotNewline: boolean;
  readonly swapGreed: boolean;
}

export const NO_FLAGS: Flags = { fold: false, multiLine: false, dotNewline: false, swapGreed: false };

const NAMES: Readonly<Record<string, keyof Flags>> = { i: 'fold', m: 'multiLine', s: 'dotNewline', U: 'swapGreed' };

interface FlagGroup {
  readonly flags: Flags;
  /** `(?i:…)`; otherwise `(?i)`, which holds until the end of the group around it. */
  readonly scoped: boolean;
}

const NAME = /^\(\?P?<(\w+)>/;

/** The name of a group that has one. */
function readName(cursor: Cursor): string | undefined {
  const text = rest(cursor).slice(0, 200);
  if (!/^\(\?(P<|<(?![=!]))/.test(text)) return undefined;
  const match = NAME.exec(text);
  if (match === null) {
    const end = text.indexOf('>');
    throw new PatternError('invalid named capture', end === -1 ? rest(cursor) : text.slice(0, end + 1), cursor.at + 1);
  }
  cursor.at += match[0].length;
  return match[1];
}

/** It captures; by its number alone if it has no name. */
export interface Capture {
  readonly name: string | undefined;
}

/** Reads what opens a group. */
export function readGroupStart(cursor: Cursor, before: Flags): FlagGroup | Capture {
  const start = cursor.at;
  if (cursor.characters[start + 1] !== '?') {
    cursor.at += 1;
    return { name: undefined };
  }
  const name = readName(cursor);
  if (name !== undefined) return { name };
  const match = /^\(\?([imsU]*)(-[imsU]+)?([:)])/.exec(rest(cursor).slice(0, 40));
  if (match === null) {
    cursor.at += /^\(\?-?[imsU]*-?[imsU]*/.exec(rest(cursor).slice(0, 40))?.[0].length ?? 2;
    if (cursor.at >= cursor.characters.length) throw new PatternError('missing closing )', rest(cursor, 0), start + 1);
    cursor.at += 1;
    throw new PatternError('invalid or unsupported Perl syntax', between(cursor, start), start + 1);
  }
  const [whole, on = '', off = '', end] = match;
  cursor.at += whole.length;
  const flags: Record<keyof Flags, boolean> = { ...before };
  for (const letter of on) setFlag(flags, letter, true);
  for (const letter of off.slice(1)) setFlag(flags, letter, false);
  return { flags, scoped: end === ':' };
}

function setFlag(flags: Record<keyof Flags, boolean>, letter: string, value: boolean): void {
  const name = NAMES[letter];
  if (name !== undefined) flags[name] = value;
}

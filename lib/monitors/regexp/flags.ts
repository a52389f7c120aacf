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

function readName(cursor: Cursor): boolean {
  const text = rest(cursor).slice(0, 200);
  if (!/^\(\?(P<|<(?![=!]))/.test(text)) return false;
  const match = NAME.exec(text);
  if (match === null) {
    const end = text.indexOf('>');
    throw new PatternError('invalid named capture', end === -1 ? rest(cursor) : text.slice(0, end + 1), cursor.at + 1);
  }
  cursor.at += match[0].length;
  return true;
}

/** Reads what opens a group. undefined: it captures, by number or by name. */
export function readFlags(cursor: Cursor, before: Flags): FlagGroup | undefined {
  const start = cursor.at;
  if (cursor.characters[start + 1] !== '?') {
    cursor.at += 1;
    return undefined;
  }
  if (readName(cursor)) return undefined;
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

import type { Needle } from '../regexp/needles.ts';

/** One argument of a program may have 128 KiB. */
const LONGEST = 32_768;

const PLAIN = /[0-9A-Za-z ]/;

const escaped = (code: number) => {
  const character = String.fromCharCode(code);
  return PLAIN.test(character) ? character : `\\x${code.toString(16).padStart(2, '0')}`;
};

const ofNeedle = (needle: Needle) =>
  needle.map((codes) => (codes.length === 1 ? codes.map(escaped).join('') : `[${codes.map(escaped).join('')}]`)).join('');

/**
 * What journalctl is to look for in messages, in the syntax of PCRE: it costs a third of having every message written out.
 * undefined: all of them are needed. Only ASCII, so that it matters to nobody whether its bytes are taken for text.
 */
export function grepPattern(needles: readonly Needle[]): string | undefined {
  if (needles.length === 0 || needles.some((needle) => needle.flat().some((code) => code >= 0x80))) return undefined;
  const pattern = [...new Set(needles.map(ofNeedle))].join('|');
  return pattern.length > LONGEST ? undefined : pattern;
}

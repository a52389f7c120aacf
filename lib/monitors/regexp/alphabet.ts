import type { Program } from './program.ts';
import { contains, NEWLINE, type Ranges, WORD } from './ranges.ts';

/** Characters that no set of a program tells apart are one symbol: the automaton's rows stay short. */
export interface Alphabet {
  readonly size: number;
  /** Symbol of the characters below 128. */
  readonly ascii: Uint16Array;
  symbolOf(code: number): number;
  /** Whether a set of the program has a symbol: `has[set * size + symbol]`. */
  readonly has: Uint8Array;
  /** What the assertions see in a symbol. */
  readonly kinds: Uint8Array;
}

export const OTHER = 0;
export const WORD_CHARACTER = 1;
export const LINE_END = 2;

const kindOf = (code: number) => {
  if (code === NEWLINE) return LINE_END;
  return contains(WORD, code) ? WORD_CHARACTER : OTHER;
};

/** Assertions other than those of the text's ends need to know what the neighbours are. */
function looksAtNeighbours(program: Program): boolean {
  return program.code.some((one) => one.op === 'assert' && one.what !== 'begin-text' && one.what !== 'end-text');
}

function boundaries(sets: readonly Ranges[]): readonly number[] {
  const starts = new Set([0]);
  for (const ranges of sets) {
    for (let at = 0; at < ranges.length; at += 2) starts.add(ranges[at] ?? 0).add((ranges[at + 1] ?? 0) + 1);
  }
  return [...starts].sort((a, b) => a - b);
}

export function buildAlphabet(program: Program): Alphabet {
  const neighbours = looksAtNeighbours(program);
  const starts = boundaries(neighbours ? [...program.sets, WORD, [NEWLINE, NEWLINE]] : program.sets);
  const known = new Map<string, number>();
  const samples: number[] = [];
  const symbols = starts.map((code) => {
    const signature = program.sets.map((set) => (contains(set, code) ? '1' : '0')).join('') + (neighbours ? kindOf(code) : '');
    const symbol = known.get(signature) ?? samples.push(code) - 1;
    known.set(signature, symbol);
    return symbol;
  });
  const symbolOf = (code: number) => symbols[lastNotAbove(starts, code)] ?? 0;
  const size = samples.length;
  const has = Uint8Array.from(program.sets.flatMap((set) => samples.map((code) => (contains(set, code) ? 1 : 0))));
  const kinds = Uint8Array.from(samples.map((code) => (neighbours ? kindOf(code) : OTHER)));
  return { size, ascii: Uint16Array.from({ length: 128 }, (_, code) => symbolOf(code)), symbolOf, has, kinds };
}

function lastNotAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

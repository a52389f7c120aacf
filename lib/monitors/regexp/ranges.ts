/** A set of code points: inclusive pairs `[lo, hi, lo, hi, …]`, ascending, neither touching nor overlapping. */
export type Ranges = readonly number[];

export const MOST_CODE_POINT = 0x10ffff;
export const NEWLINE = 0x0a;

export const ANY: Ranges = [0, MOST_CODE_POINT];
export const NOT_NEWLINE: Ranges = [0, NEWLINE - 1, NEWLINE + 1, MOST_CODE_POINT];
export const DIGITS: Ranges = [0x30, 0x39];
/** Without \v, which JavaScript adds. */
export const SPACES: Ranges = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];
export const WORD: Ranges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];

/** Any pairs in any order → a set. */
export function normalise(pairs: readonly number[]): Ranges {
  const sorted: [number, number][] = [];
  for (let at = 0; at < pairs.length; at += 2) sorted.push([pairs[at] ?? 0, pairs[at + 1] ?? 0]);
  sorted.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [lo, hi] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && lo <= last + 1) out[out.length - 1] = Math.max(last, hi);
    else out.push(lo, hi);
  }
  return out;
}

export function negate(ranges: Ranges): Ranges {
  const out: number[] = [];
  let next = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    const lo = ranges[at] ?? 0;
    if (lo > next) out.push(next, lo - 1);
    next = (ranges[at + 1] ?? 0) + 1;
  }
  if (next <= MOST_CODE_POINT) out.push(next, MOST_CODE_POINT);
  return out;
}

export function contains(ranges: Ranges, code: number): boolean {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code > (ranges[middle * 2 + 1] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low * 2 < ranges.length && code >= (ranges[low * 2] ?? 0);
}

export function sizeOf(ranges: Ranges): number {
  let size = 0;
  for (let at = 0; at < ranges.length; at += 2) size += (ranges[at + 1] ?? 0) - (ranges[at] ?? 0) + 1;
  return size;
}

/** Every code point of a small set. */
export function* members(ranges: Ranges): Generator<number> {
  for (let at = 0; at < ranges.length; at += 2) {
    for (let code = ranges[at] ?? 0; code <= (ranges[at + 1] ?? 0); code++) yield code;
  }
}

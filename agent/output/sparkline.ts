export interface SparklineOptions {
  readonly width: number;
  readonly floor?: number;
  readonly ceiling?: number;
  /** Low values are the bad ones: what is available, not what is used. */
  readonly low?: boolean;
}

const BARS = '▁▂▃▄▅▆▇█';

/** At most `width` values: of each stretch the worst, because an average hides what is looked for. */
function shrink(values: readonly (number | undefined)[], width: number, worst: (...values: number[]) => number) {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, index) => {
    const stretch = values.slice(Math.floor((index * values.length) / width), Math.floor(((index + 1) * values.length) / width));
    const known = stretch.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : worst(...known);
  });
}

/** Bars from the least to the largest value, or from `floor` to `ceiling` where these are wider; a blank for what was not measured. */
export function sparkline(
  values: readonly (number | undefined)[],
  { width, floor, ceiling, low = false }: SparklineOptions,
): string {
  const shown = shrink(values, width, low ? Math.min : Math.max);
  const known = shown.filter((value) => value !== undefined);
  const least = Math.min(...known, floor ?? Number.POSITIVE_INFINITY);
  const most = Math.max(...known, ceiling ?? Number.NEGATIVE_INFINITY);
  const bar = (value: number) => {
    const share = most === least ? 0 : (value - least) / (most - least);
    return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? ' ';
  };
  return shown.map((value) => (value === undefined ? ' ' : bar(value))).join('');
}

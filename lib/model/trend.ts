import type { Duration, Instant } from './units.ts';

export interface Sample {
  readonly at: Instant;
  readonly observed: number;
}

/** Fewer or closer samples are an accident, not a trend. */
const MIN_SAMPLES = 5;
const MIN_SPAN = 60_000;
/** Share of all pairs of samples that must fall, and of the movement that must be the trend's own. */
const AGREEMENT = 0.8;
/** Further away nobody acts on it, and the line says nothing any more. */
const HORIZON = 7 * 86_400_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Slopes of all pairs, per millisecond. */
function slopes(samples: readonly Sample[]): number[] {
  return samples.flatMap((a, index) =>
    samples.slice(index + 1).flatMap((b) => (b.at > a.at ? [(b.observed - a.observed) / (b.at - a.at)] : [])),
  );
}

/** How much of the up and down between neighbours is the way from first to last: 1 for a straight fall, near 0 for noise. */
function straightness(samples: readonly Sample[]): number {
  const first = samples[0]?.observed ?? 0;
  let [path, before] = [0, first];
  for (const { observed } of samples) {
    path += Math.abs(observed - before);
    before = observed;
  }
  const way = first - before;
  return path === 0 ? 0 : way / path;
}

/**
 * Time until `threshold` at the present trend, from the last sample on; undefined when it is flat, rising or noise.
 * Theil–Sen: the median slope of all pairs, so that one burst (an image pulled, a log rotated) does not make a trend.
 */
export function timeUntil(threshold: number, samples: readonly Sample[]): Duration | undefined {
  const ordered = [...samples].sort((a, b) => a.at - b.at);
  const first = ordered[0];
  const last = ordered.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (last.observed < threshold) return 0;
  if (ordered.length < MIN_SAMPLES || last.at - first.at < MIN_SPAN) return undefined;

  // The tests that need not look at every pair come first: of ten minutes they are 1,800 for each threshold, all day long.
  if (last.observed >= first.observed || straightness(ordered) < AGREEMENT) return undefined;
  const all = slopes(ordered);
  const slope = median(all);
  const falling = all.filter((one) => one < 0).length / all.length;
  if (!(slope < 0) || falling < AGREEMENT) return undefined;
  const left = (last.observed - threshold) / -slope;
  return left > HORIZON ? undefined : left;
}

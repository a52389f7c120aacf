import type { Duration, Instant } from '../../model/units.ts';

/** What a kubelet's /metrics says of its PLEG. */
export interface PlegMetrics {
  /** Last successful relist, in whole seconds; absent before the first one. */
  readonly lastSeen?: Instant;
  /** Relists since the process started. */
  readonly relists: number;
  /** 99th percentile of the relist duration; absent before 100 relists: of fewer it is the slowest one alone. */
  readonly relistP99?: Duration;
  /** With Evented PLEG last_seen is overwritten and relists are 300 s apart: its age says nothing. */
  readonly evented: boolean;
}

interface Bucket {
  readonly upTo: number;
  readonly count: number;
}

function parseSamples(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const [, name = '', value] of text.matchAll(
    /^(kubelet_pleg_\w+(?:\{[^}]*\})?|kubernetes_feature_enabled\{[^}]*\}) ([^ \r\n]+)/gm,
  )) {
    samples.set(name, Number(value));
  }
  return samples;
}

function toBuckets(samples: ReadonlyMap<string, number>, histogram: string): Bucket[] {
  return [...samples]
    .flatMap(([name, count]) => {
      const bound = name.startsWith(`${histogram}_bucket{`) ? /\ble="([^"]+)"/.exec(name)?.[1] : undefined;
      return bound === undefined ? [] : [{ upTo: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), count }];
    })
    .toSorted((a, b) => a.upTo - b.upTo);
}

/** Mean of what lies beyond the last finite bound (10 s): the sum without what the lower buckets hold, taken at their middle. */
function tailMean(buckets: readonly Bucket[], sum: number): number {
  let below = 0;
  let lower = 0;
  let bound = 0;
  for (const { upTo, count } of buckets) {
    if (upTo === Number.POSITIVE_INFINITY) return count > lower ? Math.max(bound, (sum - below) / (count - lower)) : bound;
    below += ((count - lower) * (bound + upTo)) / 2;
    lower = count;
    bound = upTo;
  }
  return bound;
}

/** Seconds, as histogram_quantile() interpolates them; beyond the last bound the mean of the tail instead of that bound. */
function quantile(q: number, buckets: readonly Bucket[], sum: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0 || Number.isNaN(total)) return undefined;
  const rank = q * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  if (bucket === undefined) return undefined;
  if (bucket.upTo === Number.POSITIVE_INFINITY) return tailMean(buckets, sum);
  const { upTo: lower, count: before } = buckets[index - 1] ?? { upTo: 0, count: 0 };
  return lower + (bucket.upTo - lower) * ((rank - before) / (bucket.count - before));
}

/** With fewer, one relist that hung is the 99th percentile, and would excuse the next. */
const ENOUGH = 100;
const DURATION = 'kubelet_pleg_relist_duration_seconds';

/** Undefined when the text holds no PLEG metrics: it is then no kubelet's, or cut. */
export function parsePlegMetrics(text: string): PlegMetrics | undefined {
  const samples = parseSamples(text);
  const buckets = toBuckets(samples, DURATION);
  const lastSeen = samples.get('kubelet_pleg_last_seen_seconds');
  if (lastSeen === undefined && !samples.has(`${DURATION}_count`)) return undefined;
  const relists = samples.get(`${DURATION}_count`) ?? 0;
  const p99 = relists < ENOUGH ? undefined : quantile(0.99, buckets, samples.get(`${DURATION}_sum`) ?? 0);
  const evented = [...samples].some(([name, value]) => name.includes('name="EventedPLEG"') && value === 1);
  return {
    relists,
    evented,
    ...(lastSeen === undefined || !(lastSeen > 0) ? {} : { lastSeen: lastSeen * 1000 }),
    ...(p99 === undefined ? {} : { relistP99: p99 * 1000 }),
  };
}

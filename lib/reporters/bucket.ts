import type { Duration } from '../model/units.ts';

/** `burst` at once, then one per `every`. */
export interface Rate {
  readonly burst: number;
  readonly every: Duration;
}

export interface Bucket {
  readonly tokens: number;
  readonly at: Duration;
}

/** The bucket after a token was taken, or undefined when there is none; `now` by a clock that never jumps. */
export function take(bucket: Bucket | undefined, { burst, every }: Rate, now: Duration): Bucket | undefined {
  const tokens = bucket === undefined ? burst : Math.min(burst, bucket.tokens + (now - bucket.at) / every);
  return tokens < 1 ? undefined : { tokens: tokens - 1, at: now };
}

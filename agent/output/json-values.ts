import type { Duration, Instant } from '../../lib/model/units.ts';

/** RFC 3339; null for what there is not, and for what a damaged clock may have left behind. */
export const jsonTime = (at: Instant | undefined): string | null =>
  at === undefined || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString();

/** Seconds to the millisecond; null for what there is not. */
export const jsonSeconds = (duration: Duration | undefined): number | null =>
  duration === undefined ? null : Math.round(duration) / 1000;

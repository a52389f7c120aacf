import type { Duration } from '../model/units.ts';

/** When something happens, counted from the last heartbeat: not before, and not after, if everything else keeps its pace. */
export interface Span {
  readonly earliest: Duration;
  readonly latest: Duration;
}

export const span = (earliest: Duration, latest: Duration): Span => ({ earliest, latest });

export const later = ({ earliest, latest }: Span, by: Duration, more: Duration = 0): Span => ({
  earliest: earliest + by,
  latest: latest + by + more,
});

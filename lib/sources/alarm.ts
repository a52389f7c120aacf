import type { Clock } from '../host/host.ts';
import type { Duration } from '../model/units.ts';

/** Rings after a time, unless it is called off by what is returned. */
export function alarm(clock: Clock, after: Duration, ring: () => void): () => void {
  if (clock.alarm !== undefined) return clock.alarm(after, ring);
  const ended = new AbortController();
  clock.sleep(after, ended.signal).then(ring, () => undefined);
  return () => ended.abort('in time');
}

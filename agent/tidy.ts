import type { Clock } from '../lib/host/host.ts';
import { type Duration, minutes, seconds } from '../lib/model/units.ts';

/** When the start is over, and what only it needed can go. */
const FIRST: Duration = seconds(45);
/** Code goes, too, and is compiled anew: every 5 minutes it was a tenth of an idle agent's CPU. */
const EVERY: Duration = minutes(20);

/**
 * Has V8 give back what a start, or a repair with its evidence, needed once. By itself it does so only when its heap is full: the
 * daemon would keep for days what it used for seconds. Some 80 ms of CPU each time.
 */
export async function keepTidy(
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
  collect: (() => void) | undefined,
): Promise<void> {
  if (collect === undefined) return;
  for (let pause = FIRST; !signal.aborted; pause = EVERY) {
    await clock.sleep(pause, signal).catch(() => undefined);
    if (!signal.aborted) collect();
  }
}

type Collector = (how: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

/** V8's own, which the launcher's --expose-gc puts there; undefined without it. */
export function collector(place: object = globalThis): (() => void) | undefined {
  const gc = 'gc' in place && typeof place.gc === 'function' ? (place.gc as Collector) : undefined;
  return gc && (() => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
}

import type { Clock } from '../lib/host/host.ts';
import { type Duration, minutes, seconds } from '../lib/model/units.ts';

/** When the start is over, and what only it needed can go. */
const FIRST: Duration = seconds(45);
const EVERY: Duration = minutes(2.5);

/** `thoroughly`: what is kept because it may be needed again, code for one, too. */
export type Collect = (thoroughly: boolean) => void;

/**
 * Has V8 give back what a start, or a repair with its evidence, needed once, and what has gathered since. By itself it does so only
 * when its heap is full: the daemon would keep for days what it used for seconds. Some 20 ms of CPU each time, 50 thoroughly.
 */
export async function keepTidy(clock: Pick<Clock, 'sleep'>, signal: AbortSignal, collect: Collect | undefined): Promise<void> {
  if (collect === undefined) return;
  for (let times = 0; !signal.aborted; times += 1) {
    await clock.sleep(times === 0 ? FIRST : EVERY, signal).catch(() => undefined);
    if (!signal.aborted) collect(times % 2 === 0);
  }
}

type Collector = (how: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort' | 'regular';
}) => void;

/** V8's own, which the launcher's --expose-gc puts there; undefined without it. */
export function collector(place: object = globalThis): Collect | undefined {
  const gc = 'gc' in place && typeof place.gc === 'function' ? (place.gc as Collector) : undefined;
  return gc && ((thoroughly) => gc({ type: 'major', execution: 'sync', flavor: thoroughly ? 'last-resort' : 'regular' }));
}

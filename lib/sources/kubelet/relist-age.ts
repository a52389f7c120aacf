import type { HostView } from '../../host/host.ts';
import { type Duration, type Instant, minutes, seconds } from '../../model/units.ts';

/** A relist is due every second; after this time somebody holds it up. */
const LATE = seconds(10);
/** An older look says nothing about now. */
const RECENT = minutes(1);

interface Look {
  readonly age: Duration;
  readonly lookedAt: Duration;
}

/** The age of the last relist as the kubelet's metrics last showed it: they are not asked once more for every look at the runtime. */
const looks = new WeakMap<HostView, Look>();

export function rememberRelist(host: HostView, lastRelist: Instant | undefined): void {
  if (lastRelist === undefined) looks.delete(host);
  else looks.set(host, { age: host.clock.now() - lastRelist, lookedAt: host.clock.monotonic() });
}

/** Whether the relist was late when it was looked at a short while ago. */
export function isRelistLate(host: HostView): boolean {
  const last = looks.get(host);
  return last !== undefined && last.age > LATE && host.clock.monotonic() - last.lookedAt < RECENT;
}

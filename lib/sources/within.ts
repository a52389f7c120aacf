import type { HostView } from '../host/host.ts';
import type { Duration } from '../model/units.ts';

/** The value if it comes in time; undefined when it is late or failed. A replay, where time stands still, always waits. */
export async function within<Value>(host: HostView, value: Promise<Value>, bound: Duration): Promise<Value | undefined> {
  const ended = new AbortController();
  const late = host.clock.sleep(bound, ended.signal).then(
    () => undefined,
    () => undefined,
  );
  const known = value.catch(() => undefined);
  const first = await Promise.race([known, late]);
  ended.abort('in time');
  return first;
}

import type { HostView } from '../host/host.ts';
import type { Duration } from '../model/units.ts';
import { alarm } from './alarm.ts';

/** The value if it comes in time; undefined when it is late or failed. A replay, where time stands still, always waits. */
export function within<Value>(host: HostView, value: Promise<Value>, bound: Duration): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<Value | undefined>();
  const callOff = alarm(host.clock, bound, () => resolve(undefined));
  value.then(
    (known) => {
      callOff();
      resolve(known);
    },
    () => {
      callOff();
      resolve(undefined);
    },
  );
  return promise;
}

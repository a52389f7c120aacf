import type { Clock } from '../lib/host/host.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import type { Desk } from './desk.ts';
import type { Reload } from './reload.ts';

/** A person waits for the answer. */
const REQUESTS: Duration = seconds(1);
/** As long as a person may wait for what was changed. */
const FILES: Duration = seconds(10);

/** Looks for requests and for a changed configuration until the signal; a failure of one look is not the last. */
export async function tend(clock: Clock, signal: AbortSignal, { desk, reload }: { desk: Desk; reload: Reload }): Promise<void> {
  let lookedAt = clock.monotonic();
  while (!signal.aborted) {
    await clock.sleep(REQUESTS, signal).catch(() => undefined);
    if (signal.aborted) return;
    desk.tend();
    if (clock.monotonic() - lookedAt < FILES) continue;
    lookedAt = clock.monotonic();
    await reload.tend();
  }
}

import type { Clock } from '../lib/host/host.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import { BEAT, onBeat } from './beat.ts';
import type { Desk } from './desk.ts';
import type { Reload } from './reload.ts';

/** Where the kernel does not tell of a request, or its directory was made anew; well before whoever asks gives up. */
const REQUESTS: Duration = BEAT;
/** As long as a person may wait for what was changed. */
const FILES: Duration = seconds(10);

/** Looks for requests and for a changed configuration until the signal; a failure of one look is not the last. */
export async function tend(clock: Clock, signal: AbortSignal, { desk, reload }: { desk: Desk; reload: Reload }): Promise<void> {
  let lookedAt = clock.monotonic();
  let wake = (): void => undefined;
  const deafen = desk.listen(() => wake());
  while (!signal.aborted) {
    const rung = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await Promise.race([clock.sleep(onBeat(REQUESTS, clock.monotonic()), signal).catch(() => undefined), rung]);
    if (signal.aborted) break;
    desk.tend();
    // Nearer to this beat than to the next: a timer may ring a moment early.
    if (clock.monotonic() - lookedAt < FILES - BEAT / 2) continue;
    lookedAt = clock.monotonic();
    await reload.tend();
  }
  deafen();
}

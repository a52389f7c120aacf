import type { Clock } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Lock } from '../lib/ledger/lock.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import { onBeat } from './beat.ts';

const EVERY: Duration = seconds(30);
/** While entries are kept elsewhere; the ledger itself tries its directory no sooner. */
const SOON: Duration = seconds(10);

export interface HouseholdGoods {
  readonly ledger: Pick<Ledger, 'tend' | 'state'>;
  readonly lock: Pick<Lock, 'renew'>;
}

/** The ledger's way back from a failure, and a claim that somebody deleted; until the signal. */
export async function keepHouse(clock: Clock, signal: AbortSignal, { ledger, lock }: HouseholdGoods): Promise<void> {
  while (!signal.aborted) {
    const pause = ledger.state.kind === 'disk' ? EVERY : SOON;
    await clock.sleep(onBeat(pause, clock.monotonic()), signal).catch(() => undefined);
    lock.renew();
    await ledger.tend();
  }
}

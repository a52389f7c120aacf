import type { Clock } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Lock } from '../lib/ledger/lock.ts';
import { seconds } from '../lib/model/units.ts';
import { onBeat } from './beat.ts';

const EVERY = seconds(10);

export interface HouseholdGoods {
  readonly ledger: Pick<Ledger, 'tend'>;
  readonly lock: Pick<Lock, 'renew'>;
}

/** The ledger's way back from a failure, and a claim that somebody deleted; until the signal. */
export async function keepHouse(clock: Clock, signal: AbortSignal, { ledger, lock }: HouseholdGoods): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(onBeat(EVERY, clock.monotonic()), signal).catch(() => undefined);
    lock.renew();
    await ledger.tend();
  }
}

import { describe, expect, it } from 'vitest';
import { keepHouse } from '../../agent/housekeeping.ts';
import type { LedgerState } from '../../lib/model/incident.ts';

/** How long it rests, by the ledger's state at each time. */
async function rests(states: readonly LedgerState[]): Promise<readonly number[]> {
  const [ended, slept, done] = [new AbortController(), [] as number[], [] as string[]];
  const clock = {
    now: () => 0,
    monotonic: () => 1_000_000,
    async sleep(pause: number) {
      slept.push(pause);
      if (slept.length === states.length) ended.abort();
    },
  };
  const state = (): LedgerState => states[slept.length] ?? { kind: 'disk' };
  const ledger = {
    get state() {
      return state();
    },
    async tend() {
      done.push('tend');
      return state();
    },
  };
  await keepHouse(clock, ended.signal, { ledger, lock: { renew: () => void done.push('renew') } });
  expect(done).toEqual(states.flatMap(() => ['renew', 'tend']));
  return slept;
}

describe('keepHouse', () => {
  it('looks sooner while the ledger is not where it belongs', async () => {
    const away: LedgerState = { kind: 'runtime', why: 'the disk is read-only' };

    expect(await rests([{ kind: 'disk' }, away, { kind: 'memory', why: 'x' }, { kind: 'disk' }])).toEqual([
      30_000, 10_000, 10_000, 30_000,
    ]);
  });
});

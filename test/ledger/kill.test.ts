import { describe, expect, it } from 'vitest';
import { killWriters } from '../fakes/killed-writers.ts';

describe('a ledger whose writer is killed', () => {
  it('has everything that was acknowledged, and no number twice, after 20 kills', async () => {
    const { kills, acknowledged, ...rest } = await killWriters(20, 4);

    expect(rest).toEqual({ lost: [], twice: [], corrupt: 0 });
    expect(acknowledged).toBeGreaterThan(kills);
  }, 120_000);
});

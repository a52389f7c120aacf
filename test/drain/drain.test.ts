import { describe, expect, it } from 'vitest';
import { runDrain } from './run-drain.ts';
import { situations } from './situations.ts';

describe('drain, as kubectl drain', () => {
  it('has more than 100 situations, no name twice', () => {
    expect(situations.length).toBeGreaterThan(100);
    expect(new Set(situations.map(({ name }) => name)).size).toBe(situations.length);
  });

  it.each(situations.map((situation) => [situation.name, situation] as const))('%s', async (_, situation) => {
    const { api, failed, reports } = await runDrain(situation);

    expect({ failed, gone: [...api.gone].toSorted(), isOpen: !api.isCordoned('node') }, JSON.stringify(reports)).toEqual({
      failed: situation.fails,
      gone: situation.gone,
      isOpen: situation.staysOpen === true,
    });
  });
});

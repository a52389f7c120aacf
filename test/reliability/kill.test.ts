import { describe, expect, it } from 'vitest';
import { killAgents } from '../fakes/killed-agents.ts';

describe('an agent that is killed in its repairs', () => {
  it('loses nothing, does nothing twice, and mends the node in the end: 12 kills', async () => {
    const { kills, broken, midRepair } = await killAgents(12, 3);

    expect(broken).toEqual([]);
    expect(kills).toBe(12);
    expect(midRepair).toBeGreaterThan(0);
  }, 300_000);
});

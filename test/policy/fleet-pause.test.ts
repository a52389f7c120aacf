import { describe, expect, it } from 'vitest';
import type { GuardId } from '../../lib/model/guard-ids.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { nextPause } from '../../lib/policy/fleet-pause.ts';
import { others, seen } from '../fakes/fleet.ts';

/** The pauses of a node that is held all the time. */
function pauses(view: Parameters<typeof nextPause>[1], ids: readonly GuardId[], times = 9): readonly number[] {
  const holds = ids.map((id) => ({ id, why: '' }));
  const found: number[] = [];
  for (let index = 0; index < times; index++) found.push(nextPause(found.at(-1), view, holds));
  return found;
}

describe('nextPause', () => {
  const OPEN = ['fleet-breaker'] as const;
  const WAITS = ['fleet-budget'] as const;

  it('doubles from 15 s to two minutes while the breaker is open', () => {
    expect(pauses(seen(others(10)), OPEN)).toEqual([15, 30, 60, 120, 120, 120, 120, 120, 120].map(seconds));
  });

  it('grows with the crowd that asks the same server', () => {
    expect(pauses(seen(others(3000)), OPEN).at(-1)).toBe(minutes(5));
    expect(pauses(seen(others(1199)), OPEN).at(-1)).toBe(minutes(2));
    expect(pauses(seen(others(1000)), WAITS).at(-1)).toBe(seconds(100));
  });

  it('is ten minutes at most, and that where nobody can count the crowd', () => {
    expect(pauses(seen(others(250), { complete: false }), OPEN).at(-1)).toBe(minutes(10));
    expect(pauses(seen(others(9000)), OPEN).at(-1)).toBe(minutes(10));
    expect(pauses(seen(others(9000)), WAITS).at(-1)).toBe(minutes(10));
  });

  it('is the shorter the longer one waits for his turn, so that newcomers do not overtake him', () => {
    const [first = 0, second = 0, ...later] = pauses(seen(others(3)), WAITS);

    expect(first).toBe(minutes(1));
    expect(second).toBeLessThan(first);
    expect(later.at(-1)).toBe(seconds(15));
    expect(pauses(seen(others(3)), ['control-plane']).at(-1)).toBe(seconds(15));
  });

  it('counts as an open breaker what is both', () => {
    expect(pauses(seen(others(3)), ['fleet-breaker', 'fleet-budget']).at(-1)).toBe(minutes(2));
  });
});

import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../lib/model/units.ts';
import { nextPause } from '../../lib/policy/fleet-pause.ts';
import { others, seen } from '../fakes/fleet.ts';

/** The pauses of a node that is held all the time. */
function pauses(view: Parameters<typeof nextPause>[1], times = 8): readonly number[] {
  const found: number[] = [];
  for (let index = 0; index < times; index++) found.push(nextPause(found.at(-1), view));
  return found;
}

describe('nextPause', () => {
  it('doubles from 15 s to two minutes', () => {
    expect(pauses(seen(others(10)))).toEqual([15, 30, 60, 120, 120, 120, 120, 120].map(seconds));
  });

  it('grows with the crowd that asks the same server', () => {
    expect(pauses(seen(others(3000))).at(-1)).toBe(minutes(5));
    expect(pauses(seen(others(1199))).at(-1)).toBe(minutes(2));
  });

  it('is ten minutes at most, and that where nobody can count the crowd', () => {
    expect(pauses(seen(others(250), { complete: false })).at(-1)).toBe(minutes(10));
    expect(pauses(seen(others(9000))).at(-1)).toBe(minutes(10));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onBeat } from '../../agent/beat.ts';

describe('onBeat', () => {
  it.each([
    ['a check of every 5 s that is a little late', 4900, 1_000_050, 4950],
    ['a check of every 10 s, early by its jitter', 9100, 1_000_000, 10_000],
    ['a check of every minute, to the nearest beat', 57_000, 1_000_000, 55_000],
    ['one that must be looked at soon again does not wait', 1000, 1_000_000, 1000],
    ['one whose interval fits no beat keeps it', 8300, 1_000_000, 8300],
    ['the runtime, whatever its jitter, three times in 10 s', 2970, 1_000_000, 3333],
    ['… with the others at the third', 3630, 1_006_667, 3333],
  ])('%s', (_, pause, now, expected) => {
    expect(onBeat(pause, now)).toBeCloseTo(expected, -1);
  });

  it('never moves a look by more than a seventh of its interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 0, max: 1e9 }), (pause, now) => {
        expect(Math.abs(onBeat(pause, now) - pause)).toBeLessThanOrEqual(pause * 0.15);
      }),
    );
  });
});

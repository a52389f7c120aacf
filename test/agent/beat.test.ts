import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onBeat } from '../../agent/beat.ts';

describe('onBeat', () => {
  it.each([
    ['the kubelet, whatever its jitter, every other time', 5940, 1_000_000, 6667],
    ['a check of every 6.6 s that is a little late', 6600, 1_000_050, 6617],
    ['a check of every 10 s, early by its jitter', 9100, 1_000_000, 10_000],
    ['a check of every minute, to the nearest beat', 57_000, 1_000_000, 56_667],
    ['one that must be looked at soon again does not wait', 1000, 1_000_000, 1000],
    ['one whose interval fits no beat keeps it', 5000, 1_000_000, 5000],
    ['the runtime, whatever its jitter, on each', 2970, 1_000_000, 3333],
    ['… also when it is late', 3630, 1_006_667, 3333],
  ])('%s', (_, pause, now, expected) => {
    expect(onBeat(pause, now)).toBeCloseTo(expected, -1);
  });

  it('makes no pause longer than it may become', () => {
    expect(onBeat(3630, 1_002_500)).toBeCloseTo(4167, -1);
    expect(onBeat(3630, 1_002_500, 3663)).toBe(3630);
  });

  it('never moves a look by more than a seventh of its interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 0, max: 1e9 }), (pause, now) => {
        expect(Math.abs(onBeat(pause, now) - pause)).toBeLessThanOrEqual(pause * 0.15);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GuardedSignal, lowerThreshold } from '../../lib/disk/lower-threshold.ts';
import { MiB } from '../../lib/model/units.ts';

const margins = { margin: 0.2, capacityMargin: 0.02 };
const signal = (observed: number | null, hard: number | null, details: Partial<GuardedSignal> = {}): GuardedSignal => ({
  unit: 'bytes',
  observed,
  capacity: 1000 * MiB,
  thresholds: [{ kind: 'hard', value: hard }],
  ...details,
});
const floor = (text: string, value: number) => ({ text, value });

describe('lowerThreshold', () => {
  it.each([
    ['as far as it must', signal(80 * MiB, 100 * MiB), floor('3%', 30 * MiB), '6%'],
    ['by tenths of a percent', signal(81 * MiB, 100 * MiB), floor('3%', 30 * MiB), '6.1%'],
    ['in the notation of the floor', signal(80 * MiB, 100 * MiB), floor('30Mi', 30 * MiB), '60Mi'],
    ['in inodes', signal(80, 100, { unit: 'count', capacity: 1000 }), floor('10', 10), '60'],
    ['to the floor, where that is just enough', signal(80 * MiB, 100 * MiB), floor('6%', 60 * MiB), '6%'],
  ])('lowers %s', (_what, one, least, text) => {
    expect(lowerThreshold(one, least, margins)).toMatchObject({ kind: 'lowered', text });
  });

  it.each([
    ['the floor would still be met', signal(20 * MiB, 100 * MiB), floor('3%', 30 * MiB), 'even at the floor'],
    ['the threshold is at the floor', signal(80 * MiB, 100 * MiB), floor('10%', 100 * MiB), 'no lower'],
    ['nothing is met', signal(500 * MiB, 100 * MiB), floor('3%', 30 * MiB), 'not what is met'],
    ['nobody guards it', signal(80 * MiB, null), floor('3%', 30 * MiB), 'no hard threshold'],
    ['it is not measured', signal(null, 100 * MiB), floor('3%', 30 * MiB), 'not known'],
    [
      'it is the soft one',
      signal(80 * MiB, 70 * MiB, {
        thresholds: [
          { kind: 'hard', value: 70 * MiB },
          { kind: 'soft', value: 150 * MiB },
        ],
      }),
      floor('3%', 30 * MiB),
      'soft',
    ],
  ])('does not where %s', (_what, one, least, why) => {
    expect(lowerThreshold(one, least, margins)).toMatchObject({ kind: 'no', why: expect.stringContaining(why) });
  });

  it('never goes below the floor, always below what is in force, and leaves the signal beyond its margin', () => {
    const share = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 1e12 }),
        share,
        share,
        share,
        fc.boolean(),
        (capacity, left, hard, least, asShare) => {
          const observed = Math.floor((capacity * left) / 100);
          const value = (capacity * least) / 100;
          const lowered = lowerThreshold(
            { unit: 'bytes', observed, capacity, thresholds: [{ kind: 'hard', value: (capacity * hard) / 100 }] },
            floor(asShare ? `${least}%` : String(value), value),
            margins,
          );
          if (lowered.kind === 'no') return;
          expect(lowered.value).toBeGreaterThanOrEqual(value);
          expect(lowered.value).toBeLessThan((capacity * hard) / 100);
          expect(observed - lowered.value + 1e-6).toBeGreaterThanOrEqual(Math.max(0.2 * lowered.value, 0.02 * capacity));
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { headroomFor, type ShortSignal, targetOf } from '../../lib/disk/headroom.ts';

const margins = { margin: 0.2, capacityMargin: 0.02 };
const signal = (
  observed: number | null,
  values: readonly (number | null)[],
  details: Partial<ShortSignal> = {},
): ShortSignal => ({
  unit: 'bytes',
  observed,
  capacity: 1000,
  thresholds: values.map((value) => ({ value })),
  ...details,
});

describe('targetOf', () => {
  it('is beyond the margin of the highest threshold, soft ones too', () => {
    const target = targetOf(signal(90, [100, 150]), margins) ?? 0;

    expect(target - 150).toBeGreaterThan(0.2 * 150);
    expect(target).toBeLessThan(190);
  });

  it('grows with the disk where the threshold is small', () => {
    expect(targetOf(signal(5, [10], { capacity: 10_000 }), margins)).toBe(Math.ceil(210 * 1.01));
  });

  it('is none where nobody guards the signal', () => {
    expect(targetOf(signal(5, [null]), margins)).toBeUndefined();
  });
});

describe('headroomFor', () => {
  it('asks for what is short, and for nothing else', () => {
    const inodes = { unit: 'count' as const };

    expect(headroomFor([signal(90, [100]), signal(900, [50], inodes)], margins)).toEqual({ bytes: 122, inodes: 0 });
    expect(headroomFor([signal(500, [100]), signal(40, [50], inodes)], margins).inodes).toBeGreaterThan(50);
    expect(headroomFor([signal(null, [100])], margins)).toEqual({ bytes: 0, inodes: 0 });
  });

  it('satisfies both of two signals of one filesystem', () => {
    expect(headroomFor([signal(90, [100]), signal(90, [150])], margins).bytes).toBe(targetOf(signal(90, [150]), margins));
  });
});

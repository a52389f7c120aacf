import { describe, expect, it } from 'vitest';
import { type Sample, timeUntil } from '../../lib/model/trend.ts';

const GIB = 2 ** 30;
const series = (values: readonly number[], step = 15_000): Sample[] =>
  values.map((observed, index) => ({ at: index * step, observed }));

describe('timeUntil', () => {
  it('follows a steady fall', () => {
    expect(timeUntil(10, series([100, 95, 90, 85, 80]))).toBe(210_000);
  });

  it('does not mind the order of the samples', () => {
    expect(timeUntil(10, series([100, 95, 90, 85, 80]).reverse())).toBe(210_000);
  });

  it('is not moved by one burst', () => {
    const left = timeUntil(10, series([100, 99, 98, 97, 96, 60, 59, 58, 57, 56]));

    expect(left).toBeGreaterThan(100_000);
  });

  it('follows a fall with small steps back', () => {
    expect(timeUntil(0, series([100, 92, 93, 84, 76, 77, 68, 60]))).toBeGreaterThan(60_000);
  });

  it('is zero when the threshold is met', () => {
    expect(timeUntil(10, series([100, 9]))).toBe(0);
  });

  it.each([
    ['nothing', []],
    ['one look', series([100])],
    ['too few samples', series([100, 90, 80, 70], 60_000)],
    ['too short a time', series([100, 90, 80, 70, 60], 10_000)],
    ['flat', series([100, 100, 100, 100, 100, 100])],
    ['rising', series([50, 60, 70, 80, 90])],
    ['noise around a level', series([100, 90, 101, 89, 99, 92, 100, 88])],
    ['a saw', series([100, 80, 60, 100, 80, 60, 100, 80, 60])],
    ['weeks away', series([400 * GIB, 400 * GIB - 1, 400 * GIB - 2, 400 * GIB - 3, 400 * GIB - 4])],
    ['samples of one instant', series([100, 90, 80, 70, 60], 0)],
  ])('sees no trend: %s', (_, samples) => {
    expect(timeUntil(10, samples)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../lib/model/trend.ts';
import { withSample } from '../../../lib/sources/eviction/eviction-history.ts';

const at = (seconds: number): Sample => ({ at: seconds * 1000, observed: seconds });
const grow = (step: number, count: number) =>
  Array.from({ length: count }, (_, index) => at(index * step)).reduce<readonly Sample[]>(withSample, []);

describe('withSample', () => {
  it('keeps ten minutes', () => {
    const samples = grow(10, 200);

    expect(samples[0]?.at).toBe(1_390_000);
    expect(samples.at(-1)?.at).toBe(1_990_000);
  });

  it('thins looks that come faster, and always ends with the last one', () => {
    const samples = grow(1, 601);

    expect(samples.length).toBeLessThan(80);
    expect(samples.at(-1)?.at).toBe(600_000);
  });

  it('starts anew when the clock was set back', () => {
    expect(withSample(grow(10, 5), at(1))).toEqual([at(0), at(1)]);
    expect(withSample([at(100), at(110)], at(1))).toEqual([at(1)]);
  });
});

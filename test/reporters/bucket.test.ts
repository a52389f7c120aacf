import { describe, expect, it } from 'vitest';
import { seconds } from '../../lib/model/units.ts';
import { type Bucket, take } from '../../lib/reporters/bucket.ts';

const rate = { burst: 3, every: seconds(10) };

function takeAt(times: readonly number[]): readonly boolean[] {
  let bucket: Bucket | undefined;
  return times.map((time) => {
    const rest = take(bucket, rate, seconds(time));
    bucket = rest ?? bucket;
    return rest !== undefined;
  });
}

describe('take', () => {
  it.each([
    ['a burst, then no more', [0, 0, 0, 0, 1], [true, true, true, false, false]],
    ['one more after each interval', [0, 0, 0, 9, 10, 11, 20], [true, true, true, false, true, false, true]],
    ['no more than a burst after a long rest', [0, 900, 900, 900, 900], [true, true, true, true, false]],
  ])('%s', (_, times, expected) => {
    expect(takeAt(times)).toEqual(expected);
  });
});

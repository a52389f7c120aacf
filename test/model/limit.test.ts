import { describe, expect, it } from 'vitest';
import { formatShare, nearness } from '../../lib/model/limit.ts';

const RATIOS = { warnAt: 0.9, criticalAt: 0.98 };

describe('nearness', () => {
  it.each([
    [89, 'clear'],
    [90, 'near'],
    [97, 'near'],
    [98, 'exhausted'],
    [120, 'exhausted'],
  ])('%d of 100 is %s', (used, expected) => {
    expect(nearness(used, 100, RATIOS)).toBe(expected);
  });

  it('takes no limit for a limit that is never reached', () => {
    expect(nearness(1e9, Number.POSITIVE_INFINITY, RATIOS)).toBe('clear');
  });
});

describe('formatShare', () => {
  it.each([
    [0, 100, '0 %'],
    [1, 1000, '< 1 %'],
    [999, 1000, '99 %'],
    [1000, 1000, '100 %'],
  ])('%d of %d is %s', (used, limit, expected) => {
    expect(formatShare(used, limit)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { formatGoDuration, formatRatio, formatShare, parseRatio, parseShare } from '../../lib/config/text.ts';
import { parseDuration } from '../../lib/model/quantity.ts';

describe('formatGoDuration', () => {
  it.each([
    [0, '0s'],
    [250, '250ms'],
    [0.5, '0.5ms'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [90_061_001, '25h1m1s1ms'],
  ])('writes %d ms as %s, which reads as the same', (duration, text) => {
    expect(formatGoDuration(duration)).toBe(text);
    expect(parseDuration(text)).toBe(duration);
  });
});

describe('parseShare', () => {
  it.each([
    ['3', { count: 3, ratio: 0 }],
    ['30%', { count: 0, ratio: 0.3 }],
    ['max(2, 30%)', { count: 2, ratio: 0.3 }],
    ['max(2,30%)', { count: 2, ratio: 0.3 }],
    ['101%', undefined],
    ['max(2, 3)', undefined],
    ['min(2, 30%)', undefined],
    ['-1', undefined],
    ['', undefined],
  ])('reads %j', (text, share) => {
    expect(parseShare(text)).toEqual(share);
  });

  it.each([[3], ['30%'], ['max(2, 30%)'], ['0.07%']])('is written as it was read: %j', (text) => {
    expect(formatShare(parseShare(String(text)) ?? { count: -1, ratio: 0 })).toBe(text);
  });
});

describe('parseRatio', () => {
  it.each([
    ['10%', 0.1],
    ['0.5%', 0.005],
    ['10', undefined],
    ['-1%', undefined],
    ['%', undefined],
  ])('reads %j', (text, ratio) => {
    expect(parseRatio(text)).toBe(ratio);
  });

  it('is written without the digits that binary fractions add', () => {
    expect(formatRatio(0.07)).toBe('7%');
  });
});

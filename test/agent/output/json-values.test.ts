import { describe, expect, it } from 'vitest';
import { jsonSeconds, jsonTime } from '../../../agent/output/json-values.ts';
import { utc } from '../../../agent/output/layout.ts';

describe('values of --json', () => {
  it.each([
    [Date.parse('2026-01-01T00:00:00.5Z'), '2026-01-01T00:00:00.500Z'],
    [undefined, null],
    [9e15, null],
    [-9e15, null],
  ])('the time %j is %j', (at, text) => {
    expect(jsonTime(at)).toBe(text);
  });

  it.each([
    [1234.4, 1.234],
    [0, 0],
    [undefined, null],
  ])('the span %j is %j', (duration, span) => {
    expect(jsonSeconds(duration)).toBe(span);
  });
});

describe('utc', () => {
  it('is to the second, and says whose time it is', () => {
    expect(utc('2026-01-01T00:00:00.500Z')).toBe('2026-01-01 00:00:00 UTC');
  });
});

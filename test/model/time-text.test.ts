import { describe, expect, it } from 'vitest';
import { toSeconds } from '../../lib/model/time-text.ts';

describe('toSeconds', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [Date.parse('2026-01-01T00:00:00.999Z'), '2026-01-01T00:00:00Z'],
    [Date.parse('2026-01-01T12:34:56Z'), '2026-01-01T12:34:56Z'],
  ])('%d is %s', (instant, text) => {
    expect(toSeconds(instant)).toBe(text);
  });
});

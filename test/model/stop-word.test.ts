import { describe, expect, it } from 'vitest';
import { parseStopWord } from '../../lib/model/stop-word.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');

describe('parseStopWord', () => {
  it.each([
    undefined,
    '',
    ' \n',
    'false',
    ' FALSE ',
    '2026-01-01T12:00:00Z',
    '2026-01-01T11:59:59.9Z',
  ])('%j stops nothing', (value) => {
    expect(parseStopWord(value, NOW)).toBeUndefined();
  });

  it.each([
    ['2026-01-01T12:00:01Z', Date.parse('2026-01-01T12:00:01Z')],
    ['2026-01-01T13:30+01:00', Date.parse('2026-01-01T12:30:00Z')],
  ])('%j stops until then', (value, until) => {
    expect(parseStopWord(` ${value}\n`, NOW)).toEqual({ text: value, until });
  });

  it.each([
    'true',
    'no',
    '0',
    'tomorrow',
    '2026-13-45T99:00:00Z',
    '2025-01-01',
    '1767268800',
  ])('%j stops until it is taken away', (value) => {
    expect(parseStopWord(value, NOW)).toEqual({ text: value });
  });
});

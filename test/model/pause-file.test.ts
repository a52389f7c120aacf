import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePause, formatPauseFile, parsePauseFile } from '../../lib/model/pause-file.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const at = (text: string) => Date.parse(text);
const local = (text: string) => new Date(text).getTime();

describe('a pause file', () => {
  it.each([
    ['', undefined, ''],
    ['\n\n', undefined, ''],
    ['# only a comment\n', undefined, ''],
    ['true', undefined, ''],
    ['kernel upgrade, bob', undefined, 'kernel upgrade, bob'],
    ['2026-01-01T13:00:00Z', at('2026-01-01T13:00:00Z'), ''],
    ['2026-01-01T13:00:00+01:00 bob', at('2026-01-01T12:00:00.001Z'), undefined],
    ['2026-01-01T14:00:00+01:00 bob', at('2026-01-01T13:00:00Z'), 'bob'],
    ['2026-01-01 13:00 UTC: bob', at('2026-01-01T13:00:00Z'), 'bob'],
    ['2026-01-02 15:04', local('2026-01-02T15:04'), ''],
    ['2026-01-02', local('2026-01-03T00:00'), ''],
    ['until 2026-01-02 because of the move', local('2026-01-03T00:00'), 'because of the move'],
    ['until: 2026-01-01T13:00:00Z\nreason: new disks\n# bob\n', at('2026-01-01T13:00:00Z'), 'new disks'],
    ['Reason = new disks\r\nUntil = 2026-01-01T13:00:00Z\r\n', at('2026-01-01T13:00:00Z'), 'new disks'],
    ['new disks\nuntil 2026-01-01T13:00:00Z', at('2026-01-01T13:00:00Z'), 'new disks'],
  ])('%j pauses', (text, until, reason) => {
    const pause = parsePauseFile(text, NOW);
    if (reason === undefined) expect(pause).toBeUndefined();
    else expect(pause).toEqual({ until, reason });
  });

  it.each([
    '2026-01-01T12:00:00Z',
    'until: 2025-12-31\nreason: forgotten',
    'false',
    '2026-01-01T11:59:59Z bob',
  ])('%j pauses nothing any more', (text) => expect(parsePauseFile(text, NOW)).toBeUndefined());

  it.each([
    ['until: soon', /"soon" is no time/],
    ['2026-13-45T00:00:00Z', /is no time/],
    ['2026-1-2', /is no time/],
    ['until:', /"" is no time/],
    ['\0\0\0\0', /not a text/],
    ['2026-01-01T11:00:00Z\ufffd', /not a text/],
  ])('%j cannot be understood, pauses without end, and says so', (text, why) => {
    const pause = parsePauseFile(text, NOW);

    expect(pause).toMatchObject({ until: undefined, garbled: expect.stringMatching(why) });
    expect(pause && describePause(pause)).toMatch(/cannot be understood .* holds until it is removed/);
  });

  it('is read as it was written', () => {
    const order = fc.record({
      until: fc.option(fc.integer({ min: NOW + 1, max: NOW * 2 }), { nil: undefined }),
      words: fc.lorem(),
    });
    fc.assert(
      fc.property(order, ({ until, words }) => {
        const text = formatPauseFile({ until, reason: words, by: 'bob\nuntil: 2000-01-01', at: NOW });
        expect(parsePauseFile(text, NOW)).toEqual({ until, reason: words });
      }),
    );
  });
});

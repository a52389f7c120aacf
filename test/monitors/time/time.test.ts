import { describe, expect, it } from 'vitest';
import { parseGoDuration } from '../../../lib/monitors/time/duration.ts';
import { parseLayout } from '../../../lib/monitors/time/layout.ts';
import { instantOf, readStamp } from '../../../lib/monitors/time/stamp.ts';
import { parseStartPoint, startTime } from '../../../lib/monitors/time/start.ts';
import { oracle } from '../oracle.ts';

const messageOf = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
};

describe('a duration is what Go takes it for', () => {
  it.each(oracle('duration'))('$case.s', ({ case: { s }, expected }) => {
    expect(messageOf(() => Number(parseGoDuration(s)))).toEqual(expected.error ?? expected.ns);
  });

  it('knows both signs of a microsecond, and the least duration', () => {
    expect(parseGoDuration('1μs')).toBe(1000n);
    expect(parseGoDuration('-9223372036854775808ns')).toBe(-(2n ** 63n));
    expect(() => parseGoDuration('constructor')).toThrow('invalid duration');
    expect(() => parseGoDuration('1constructor')).toThrow('unknown unit');
  });
});

describe('lines count from', () => {
  it.each(oracle('starttime'))('uptime $case.uptime, lookback $case.lookback, delay $case.delay', ({ case: given, expected }) => {
    const uptime = Number(parseGoDuration(given.uptime)) / 1e6;
    const offset = messageOf(() => startTime(parseStartPoint(given.lookback, given.delay), 1e12, uptime) - 1e12);

    expect(offset).toEqual(expected.error ?? Number(expected.offsetNs) / 1e6);
  });
});

const read = (layout: string, text: string) => readStamp(parseLayout(layout), text);

describe('a time in a layout', () => {
  it.each([
    ['RFC 3339', '2006-01-02T15:04:05Z07:00', '2024-02-29T10:11:12+01:30', { year: 2024, month: 2, day: 29, offset: 5400 }],
    ['RFC 3339, Z', '2006-01-02T15:04:05Z07:00', '2024-02-29T10:11:12Z', { offset: 0 }],
    ['a fraction nobody asked for', '15:04:05', '10:11:12.5', { nanosecond: 500_000_000 }],
    ['a fraction of fixed length', '05.000', '12.345', { nanosecond: 345_000_000 }],
    ['a fraction that may lack', '05.999', '12', { nanosecond: 0 }],
    ['ANSI C', 'Mon Jan _2 15:04:05 2006', 'Sat Nov 21 01:02:03 2026', { year: 2026, month: 11, day: 21, second: 3 }],
    ['words, in any case', 'Monday, January 2', 'SATURDAY, november 7', { month: 11, day: 7 }],
    ['afternoon', '3:04PM', '1:05PM', { hour: 13, minute: 5 }],
    ['midnight', '03:04pm', '12:05am', { hour: 0, minute: 5 }],
    ['two digits of the last century', '01/02/06', '03/04/69', { year: 1969, month: 3, day: 4 }],
    ['two digits of this one', '1/2/06', '3/4/26', { year: 2026 }],
    ['a day of the year', '2006-002', '2024-060', { year: 2024, month: 2, day: 29 }],
    ['a padded day of the year', '2006 __2', '2023  60', { month: 3, day: 1 }],
    ['a zone that is certain', '15:04 MST', '10:00 UTC', { offset: 0 }],
    ['an offset without colon', '15 -0700', '10 -0830', { offset: -30_600 }],
    ['an offset with seconds', '15 -07:00:00', '10 +01:02:03', { offset: 3723 }],
    ['hours alone', '15 -07', '10 +02', { offset: 7200 }],
    ['a word that only looks like a month', 'January Janus', 'may Janus', { month: 5 }],
    ['more spaces than the layout', 'Jan 2', 'May    9', { month: 5, day: 9 }],
  ])('%s', (_, layout, text, expected) => {
    expect(read(layout, text)).toMatchObject(expected);
  });

  it.each([
    ['2006-01-02', '2023-02-29'],
    ['2006-01-02', '2023-13-01'],
    ['2006-01-02', '2023-1-01'],
    ['2006-01-02', '2023-01-01 '],
    ['2006-01-02', ''],
    ['15:04', '24:00'],
    ['Jan 2', 'Foo 2'],
    ['05.000', '12.3'],
    ['2006-002', '2023-366'],
    ['-07:00', '+25:00'],
    ['2006-002 Jan', '2024-060 Mar'],
  ])('%s is not %s', (layout, text) => {
    expect(read(layout, text)).toBeUndefined();
  });

  it('without a year is never far ahead', () => {
    const stamp = read('Jan _2 15:04:05', 'Dec 31 23:59:59') ?? expect.fail();
    const newYear = new Date(2027, 0, 1, 0, 0, 5).getTime();

    expect(instantOf(stamp, newYear)).toBe(new Date(2026, 11, 31, 23, 59, 59).getTime());
    expect(instantOf(stamp, new Date(2026, 11, 31, 23, 0).getTime())).toBe(new Date(2026, 11, 31, 23, 59, 59).getTime());
  });
});

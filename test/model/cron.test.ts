import { describe, expect, it } from 'vitest';
import { type LocalMinute, matchesCron, parseCron } from '../../lib/model/cron.ts';

const at = (changes: Partial<LocalMinute> = {}): LocalMinute => ({
  minute: 0,
  hour: 2,
  day: 10,
  month: 1,
  weekday: 6,
  ...changes,
});

describe('parseCron', () => {
  it.each<[string, Partial<LocalMinute>, boolean]>([
    ['0 2 * * *', {}, true],
    ['0 2 * * *', { minute: 1 }, false],
    ['*/15 * * * *', { minute: 45 }, true],
    ['*/15 * * * *', { minute: 44 }, false],
    ['5-59/10 * * * *', { minute: 25 }, true],
    ['10/20 * * * *', { minute: 50 }, true],
    ['0 0-6,22-23 * * *', { hour: 23 }, true],
    ['0 2 * * 6', {}, true],
    ['0 2 * * sat', {}, true],
    ['0 2 * * MON-FRI', {}, false],
    ['0 2 * * 7', { weekday: 0 }, true],
    ['0 2 * jan *', {}, true],
    ['0 2 * feb-dec *', {}, false],
    ['0 2 1 * 6', {}, true],
    ['0 2 10 * 1', {}, true],
    ['0 2 1 * 1', {}, false],
    ['0 2 */2 * 1', { day: 11, weekday: 1 }, true],
    ['0 2 */2 * 1', { day: 11 }, false],
  ])('%s at %j: %s', (text, moment, expected) => {
    const cron = parseCron(text);

    expect(cron && matchesCron(cron, at(moment))).toBe(expected);
  });

  it.each(
    ['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 *', '* * * * 8'].concat([
      '5-1 * * * *',
      '*/0 * * * *',
      'a * * * *',
      '1,,2 * * * *',
      '1-2-3 * * * *',
      '-1 * * * *',
      '@daily',
      '* * * foo *',
      '1e1 * * * *',
    ]),
  )('%j is none', (text) => {
    expect(parseCron(text)).toBeUndefined();
  });
});

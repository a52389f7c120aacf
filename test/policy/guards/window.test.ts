import { describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from '../../../lib/model/guard.ts';
import { minutes } from '../../../lib/model/units.ts';
import { outsideWindows } from '../../../lib/policy/guards/window.ts';

const action = { remedy: 'drain', disruption: 'node', allowed: 'node', reason: 'DockerHung' } as const;
const night = (changes: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  cron: '0 2 * * *',
  duration: minutes(90),
  timeZone: 'UTC',
  ...changes,
});
const holds = (time: string, windows: readonly MaintenanceWindow[], disruption: 'local' | 'node' = 'node') =>
  outsideWindows({ now: Date.parse(time), windows }, { ...action, disruption })?.id;

describe('outsideWindows', () => {
  it.each<[string, string, readonly MaintenanceWindow[], string | undefined]>([
    ['no window: always', '2026-01-01T12:00:00Z', [], undefined],
    ['the minute before', '2026-01-01T01:59:59Z', [night()], 'window'],
    ['the first moment', '2026-01-01T02:00:00Z', [night()], undefined],
    ['the last moment', '2026-01-01T03:29:59Z', [night()], undefined],
    ['the first moment after', '2026-01-01T03:30:00Z', [night()], 'window'],
    ['either of two', '2026-01-01T12:05:00Z', [night(), night({ cron: '0 12 * * *' })], undefined],
    ['in its own zone', '2026-01-01T01:00:00Z', [night({ timeZone: 'Europe/Berlin' })], undefined],
    ['in its own zone, in summer', '2026-07-01T00:00:00Z', [night({ timeZone: 'Europe/Berlin' })], undefined],
    ['a zone of half hours', '2026-01-01T20:30:00Z', [night({ timeZone: 'Asia/Kolkata' })], undefined],
    ['over midnight', '2026-01-02T00:30:00Z', [night({ cron: '0 23 * * *', duration: minutes(120) })], undefined],
    [
      'a weekend of two days, Sunday evening',
      '2026-01-04T23:59:00Z',
      [night({ cron: '0 0 * * sat', duration: minutes(2880) })],
      undefined,
    ],
    [
      'a weekend of two days, Monday',
      '2026-01-05T00:00:00Z',
      [night({ cron: '0 0 * * sat', duration: minutes(2880) })],
      'window',
    ],
    [
      'the hour that clocks skip in spring never begins',
      '2026-03-29T01:00:00Z',
      [night({ timeZone: 'Europe/Berlin' })],
      'window',
    ],
    [
      'the hour that clocks repeat in autumn begins twice',
      '2026-10-25T01:00:00Z',
      [night({ timeZone: 'Europe/Berlin' })],
      undefined,
    ],
    [
      'in spring it lasts as long as ever',
      '2026-03-29T02:59:00Z',
      [night({ cron: '0 1 * * *', duration: minutes(180), timeZone: 'Europe/Berlin' })],
      undefined,
    ],
    [
      'and no longer',
      '2026-03-29T03:00:00Z',
      [night({ cron: '0 1 * * *', duration: minutes(180), timeZone: 'Europe/Berlin' })],
      'window',
    ],
    [
      'in autumn it lasts as long as ever',
      '2026-10-25T01:59:00Z',
      [night({ cron: '0 1 * * *', duration: minutes(180), timeZone: 'Europe/Berlin' })],
      undefined,
    ],
    [
      'over the change of clocks in America, the evening before',
      '2026-03-08T03:30:00Z',
      [night({ cron: '0 22 * * sat', duration: minutes(480), timeZone: 'America/New_York' })],
      undefined,
    ],
    [
      'over the change of clocks in America, the morning after',
      '2026-03-08T10:59:00Z',
      [night({ cron: '0 22 * * sat', duration: minutes(480), timeZone: 'America/New_York' })],
      undefined,
    ],
    [
      'a zone whose clocks change by half an hour',
      '2026-04-04T15:30:00Z',
      [night({ timeZone: 'Australia/Lord_Howe' })],
      undefined,
    ],
    ['a zone of three quarters of an hour', '2026-01-01T20:15:00Z', [night({ timeZone: 'Asia/Kathmandu' })], undefined],
    ['a day ahead of UTC', '2026-01-01T12:00:00Z', [night({ cron: '0 2 2 1 *', timeZone: 'Pacific/Kiritimati' })], undefined],
    [
      'over midnight, on the evening of its day',
      '2026-01-03T23:59:00Z',
      [night({ cron: '0 23 * * sat', duration: minutes(120) })],
      undefined,
    ],
    [
      'over midnight, into a day that is none of its own',
      '2026-01-04T00:59:00Z',
      [night({ cron: '0 23 * * sat', duration: minutes(120) })],
      undefined,
    ],
    [
      'over midnight, on the evening before its day',
      '2026-01-02T23:30:00Z',
      [night({ cron: '0 23 * * sat', duration: minutes(120) })],
      'window',
    ],
    ['over the end of a year', '2027-01-01T00:30:00Z', [night({ cron: '0 23 31 12 *', duration: minutes(120) })], undefined],
    ['on the day that few years have', '2028-02-29T02:10:00Z', [night({ cron: '0 2 29 2 *' })], undefined],
    ['on working days alone', '2026-01-03T02:10:00Z', [night({ cron: '0 2 * * mon-fri' })], 'window'],
    [
      'on a day of the month or of the week, as crontab(5) has it',
      '2026-01-09T02:10:00Z',
      [night({ cron: '0 2 13 * fri' })],
      undefined,
    ],
    ['every hour for ten minutes', '2026-01-01T12:09:59Z', [night({ cron: '0 * * * *', duration: minutes(10) })], undefined],
    [
      'every hour for ten minutes, later',
      '2026-01-01T12:10:00Z',
      [night({ cron: '0 * * * *', duration: minutes(10) })],
      'window',
    ],
    ['a second that is not over', '2026-01-01T01:59:59.999Z', [night()], 'window'],
    ['a window that nobody can read never opens', '2026-01-01T02:00:00Z', [night({ cron: 'whenever' })], 'window'],
  ])('%s', (_, time, windows, expected) => {
    expect(holds(time, windows)).toBe(expected);
  });

  it('lets local remedies run at any time', () => {
    expect(holds('2026-01-01T12:00:00Z', [night()], 'local')).toBeUndefined();
  });

  it('is quick for the longest window', () => {
    const week = night({ cron: '0 0 1 1 *', duration: minutes(10_080), timeZone: 'America/New_York' });

    expect(holds('2026-06-01T12:00:00Z', [week])).toBe('window');
  });
});

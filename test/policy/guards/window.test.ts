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

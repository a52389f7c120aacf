import { describe, expect, it } from 'vitest';
import { signalRows } from '../../../agent/output/signals.ts';
import type { SignalReport } from '../../../lib/model/report.ts';

const tenth: SignalReport = {
  signal: 'nodefs.available',
  kind: 'hard',
  threshold: '10%',
  thresholdValue: 1024 ** 3,
  source: 'default (v1.20.2)',
  observed: 5 * 1024 ** 3,
  capacity: 10 * 1024 ** 3,
  headroom: 4 * 1024 ** 3,
  secondsLeft: null,
};
const none = { threshold: null, thresholdValue: null, headroom: null };

describe('signalRows', () => {
  it.each<[string, Partial<SignalReport>, string]>([
    ['the number below which it evicts', {}, 'evicts < 1 GiB'],
    ['the share of a disk that could not be measured', { thresholdValue: null, observed: null, capacity: null }, 'evicts < 10%'],
    ['that a threshold is turned off', { threshold: '0%', thresholdValue: null }, 'turned off'],
    ['that nobody guards it', none, 'unguarded'],
    ['that its threshold is not known', { ...none, source: 'unknown: /x: permission denied' }, 'not known'],
  ])('says %s', (_, change, limit) => {
    expect(signalRows([{ ...tenth, ...change }])[0]?.[3]).toBe(limit);
  });

  it('says once why no threshold is known', () => {
    const row = { ...tenth, ...none, source: 'unknown: /x: permission denied' };

    expect(signalRows([row, row, tenth]).map((cells) => cells[6])).toEqual([row.source, 'as above', tenth.source]);
  });
});

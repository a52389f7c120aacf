import { describe, expect, it } from 'vitest';
import { parseThreshold, thresholdValue, toThresholds } from '../../../lib/sources/eviction/eviction-thresholds.ts';

const GIB = 2 ** 30;
const none = { value: {}, source: 'default' };
const from = (value: Readonly<Record<string, string>>) => ({ value, source: '/var/lib/kubelet/config.yaml' });

describe('parseThreshold', () => {
  it.each([
    ['100Mi', 100 * 2 ** 20],
    ['1Gi', GIB],
    ['1.5Gi', 1.5 * GIB],
    ['500M', 500e6],
    ['500Ki', 500 * 1024],
    ['1Ti', 2 ** 40],
    ['2k', 2000],
    ['3G', 3e9],
    ['1e9', 1e9],
    ['5E3', 5000],
    ['1073741824', GIB],
    ['1500m', 1.5],
  ])('%s is a quantity', (text, value) => {
    expect(thresholdValue(parseThreshold(text), null)).toBe(value);
  });

  it.each([
    ['10%', 25_000_000_000, 2_500_000_037],
    ['7.5%', 1000, 75],
    ['100.0%', 1000, 1000],
    ['0.0%', 1000, 0],
    ['5%', 16_777_216, 838_860],
  ])('%s is a share as the kubelet rounds it', (text, capacity, value) => {
    expect(thresholdValue(parseThreshold(text), capacity)).toBe(value);
  });

  it('knows no share of an unknown capacity', () => {
    expect(thresholdValue(parseThreshold('10%'), null)).toBeNull();
  });

  it.each(['0%', '100%'])('%s is off', (text) => {
    expect(parseThreshold(text)).toEqual({ kind: 'off' });
  });

  it.each([
    '',
    '0',
    '-1Gi',
    '-5%',
    '101%',
    '%',
    'ten%',
    ' 5%',
    '5 %',
    '10 Mi',
    '1GiB',
    '100mb',
    'NaN%',
    'Infinity%',
    '0Gi',
  ])('%j is refused', (text) => {
    expect(parseThreshold(text).kind).toBe('refused');
  });
});

describe('toThresholds', () => {
  it('gives each soft threshold its grace', () => {
    const { thresholds, refusals } = toThresholds({
      evictionHard: none,
      evictionSoft: from({ 'memory.available': '1.5Gi' }),
      evictionSoftGracePeriod: from({ 'memory.available': '1m30s' }),
      evictionMinimumReclaim: from({ 'memory.available': '500Mi' }),
    });

    expect(refusals).toEqual([]);
    expect(thresholds).toMatchObject([{ kind: 'soft', text: '1.5Gi', grace: 90_000, minimumReclaim: '500Mi' }]);
  });

  it.each([
    ['a signal that there is not', { 'nodefs.free': '5%' }, {}, {}, /"nodefs.free" is no eviction signal/],
    [
      'a value that is none',
      { 'nodefs.available': '5 percent' },
      {},
      {},
      /evictionHard nodefs.available: "5 percent" is no quantity/,
    ],
    ['soft without grace', {}, { 'memory.available': '1Gi' }, {}, /has no evictionSoftGracePeriod/],
    ['a grace that is none', {}, { 'memory.available': '1Gi' }, { 'memory.available': '90' }, /"90" is no duration/],
    ['a negative grace', {}, { 'memory.available': '1Gi' }, { 'memory.available': '-5s' }, /"-5s" is no duration/],
  ])('names what a kubelet refuses: %s', (_, hard, soft, grace, message) => {
    const { refusals } = toThresholds({
      evictionHard: from(hard),
      evictionSoft: from(soft),
      evictionSoftGracePeriod: from(grace),
      evictionMinimumReclaim: none,
    });

    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.message).toMatch(message);
  });

  it('names what should be in quotes', () => {
    const { refusals } = toThresholds({
      evictionHard: { ...from({ 'memory.available': '1000000' }), mistyped: ['memory.available'] },
      evictionSoft: none,
      evictionSoftGracePeriod: none,
      evictionMinimumReclaim: none,
    });

    expect(refusals[0]?.message).toBe('evictionHard memory.available: 1000000 is no text; write it in quotes');
  });

  it('needs no grace for a soft threshold that is off', () => {
    const off = toThresholds({
      evictionHard: none,
      evictionSoft: from({ 'memory.available': '0%' }),
      evictionSoftGracePeriod: none,
      evictionMinimumReclaim: none,
    });

    expect(off.refusals).toEqual([]);
  });

  it('takes no threshold from files that may not be in force', () => {
    const guess = { ...from({ 'nodefs.available': '5%' }), uncertain: 'config.yaml: permission denied' };
    const result = toThresholds({
      evictionHard: guess,
      evictionSoft: none,
      evictionSoftGracePeriod: none,
      evictionMinimumReclaim: none,
    });

    expect(result).toEqual({ thresholds: [], refusals: [], uncertain: 'config.yaml: permission denied' });
  });
});

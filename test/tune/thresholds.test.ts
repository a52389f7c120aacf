import { describe, expect, it } from 'vitest';
import type { SignalName } from '../../lib/model/eviction.ts';
import type { EvictionSignal } from '../../lib/sources/eviction/eviction-signals.ts';
import type { EvictionSettings } from '../../lib/sources/kubelet/kubelet-effective.ts';
import { changesOf, refusalsOf } from '../../lib/tune/changes.ts';
import { unifiedDiff } from '../../lib/tune/diff.ts';
import { floorsOf, recommend, type Surroundings } from '../../lib/tune/recommend.ts';
import { completeTarget, toFlags, withoutFlags } from '../../lib/tune/target.ts';
import { parseWanted, type Wanted } from '../../lib/tune/wanted.ts';

const GiB = 2 ** 30;
const MiB = 2 ** 20;

const signal = (
  name: SignalName,
  observed: number | null,
  capacity: number | null,
  more: Partial<EvictionSignal> = {},
): EvictionSignal => ({
  signal: name,
  unit: 'bytes',
  thresholds: [],
  observed,
  capacity,
  ...more,
});

/** I1 of docs/benchmarks.md: 448 MiB of 5.8 GiB free, docker on a disk of its own. */
const I1 = [
  signal('memory.available', 2 * GiB, 4 * GiB),
  signal('nodefs.available', 448 * MiB, 5.8 * GiB),
  signal('nodefs.inodesFree', 250_000, 384_000),
  signal('imagefs.available', 89 * GiB, 99 * GiB),
  signal('imagefs.inodesFree', 6_000_000, 6_500_000),
  signal('pid.available', 32_000, 32_768),
];

const text = (value: Readonly<Record<string, string>>, source = 'default') => ({ value, source });
const DEFAULTS = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
};
const settings = (hard: Readonly<Record<string, string>> = DEFAULTS): EvictionSettings => ({
  evictionHard: text(hard),
  evictionSoft: text({}),
  evictionSoftGracePeriod: text({}),
  evictionMinimumReclaim: text({}),
});

function refused(hard: Readonly<Record<string, string>>, wanted: readonly Wanted[], allowWeaker = false, signals = I1) {
  const target = completeTarget(settings(hard), 'v1.20.2', wanted);
  return refusalsOf(changesOf(settings(hard), target, signals), signals, allowWeaker);
}

describe('parseWanted', () => {
  it.each([
    ['nodefs.available<5%', { signal: 'nodefs.available', text: '5%' }],
    [' memory.available < 500Mi ', { signal: 'memory.available', text: '500Mi' }],
    ['nodefs.available<15% for 1m30s', { signal: 'nodefs.available', text: '15%', grace: '1m30s' }],
    ['pid.available<0%', { signal: 'pid.available', text: '0%' }],
  ])('%s', (argument, wanted) => expect(parseWanted(argument)).toEqual(wanted));

  it.each([
    ['nodefs.available', 'is no threshold'],
    ['nodefs.available>5%', 'is no threshold'],
    ['nodefs.availble<5%', 'did you mean nodefs.available'],
    ['containerfs.available<5%', 'cannot be set by hand'],
    ['nodefs.available<101%', 'at most 100%'],
    ['nodefs.available<-1%', 'negative'],
    ['memory.available<0', 'positive'],
    ['memory.available<100MB', 'no quantity'],
    ['nodefs.available<15% for ever', 'no duration'],
    ['', 'is no threshold'],
  ])('refuses %j', (argument, why) => expect(parseWanted(argument)).toContain(why));
});

describe('the set that is written', () => {
  it('has every signal again after a partial setting (I1)', () => {
    const target = completeTarget(settings({ 'nodefs.available': '5%' }), 'v1.20.2', []);

    expect(target.hard).toEqual({ ...DEFAULTS, 'nodefs.available': '5%' });
  });

  it('has the defaults of the kubelet’s own version', () => {
    expect(completeTarget(settings({}), 'v1.36.2', []).hard).toEqual({ ...DEFAULTS, 'imagefs.inodesFree': '5%' });
  });

  it('keeps what was set, and what was switched off', () => {
    const target = completeTarget(
      settings({ 'pid.available': '5%', 'imagefs.available': '0%', 'containerfs.available': '10%' }),
      'v1.20.2',
      [],
    );

    expect(target.hard).toMatchObject({ 'pid.available': '5%', 'imagefs.available': '0%' });
    expect(target.hard).not.toHaveProperty(['containerfs.available']);
  });

  it('replaces flags in both spellings', () => {
    const target = completeTarget(settings(), 'v1.20.2', []);

    expect(withoutFlags(['/k', '--eviction-hard', 'a<1', '--eviction_hard=b<1', '--eviction-hard-x=1', '--v=2'], target)).toEqual(
      ['/k', '--eviction-hard-x=1', '--v=2'],
    );
    expect(toFlags(target)).toHaveLength(1);
  });
});

describe('refusals', () => {
  it.each<[string, Readonly<Record<string, string>>, Wanted, string | undefined]>([
    [
      'a stronger one that fits',
      { ...DEFAULTS, 'nodefs.available': '3%' },
      { signal: 'nodefs.available', text: '5%' },
      undefined,
    ],
    [
      'above what is available',
      { ...DEFAULTS, 'nodefs.available': '5%' },
      { signal: 'nodefs.available', text: '9%' },
      'evicts-at-once',
    ],
    [
      'a soft one above what is available',
      { ...DEFAULTS, 'nodefs.available': '5%' },
      { signal: 'nodefs.available', text: '9%', grace: '2m' },
      'evicts-at-once',
    ],
    [
      'a lost default that is met already',
      { 'memory.available': '100Mi' },
      { signal: 'memory.available', text: '100Mi' },
      'evicts-at-once',
    ],
    ['weaker', DEFAULTS, { signal: 'nodefs.available', text: '5%' }, 'weakens'],
    ['weaker, in another unit', DEFAULTS, { signal: 'nodefs.available', text: '300Mi' }, 'weakens'],
    ['switched off', DEFAULTS, { signal: 'imagefs.available', text: '0%' }, 'weakens'],
    ['the same in other words', DEFAULTS, { signal: 'memory.available', text: '104857600' }, undefined],
  ])('%s', (_name, hard, wanted, reason) => {
    expect(refused(hard, [wanted])[0]?.reason).toBe(reason);
  });

  it.each([
    ['5m', 'weaker'],
    ['1m', 'stronger'],
    ['120s', 'same'],
  ])('weigh a grace period of %s against 2m', (grace, effect) => {
    const now = {
      ...settings(),
      evictionSoft: text({ 'nodefs.available': '6%' }),
      evictionSoftGracePeriod: text({ 'nodefs.available': '2m' }),
    };
    const target = completeTarget(now, 'v1.20.2', [{ signal: 'nodefs.available', text: '6%', grace }]);

    expect(changesOf(now, target, I1).find(({ kind }) => kind === 'soft')?.effect).toBe(effect);
  });

  it('name the numbers', () => {
    const [refusal] = refused({ ...DEFAULTS, 'nodefs.available': '5%' }, [{ signal: 'nodefs.available', text: '9%' }]);

    expect(refusal?.message).toBe('nodefs.available: 448 MiB is available and 9% is 535 MiB: pods would be evicted at once');
  });

  it('allow what is weaker only when told', () => {
    expect(refused(DEFAULTS, [{ signal: 'nodefs.available', text: '5%' }], true)).toEqual([]);
  });

  it('cannot tell without a measurement, but for what does not exist', () => {
    const without = (more: Partial<EvictionSignal>) => [
      signal('nodefs.inodesFree', null, null, more),
      ...I1.filter((one) => one.signal !== 'nodefs.inodesFree'),
    ];
    const hard = { ...DEFAULTS, 'nodefs.inodesFree': '1%' };
    const wanted: Wanted = { signal: 'nodefs.inodesFree', text: '5%' };

    expect(refused(hard, [wanted], false, without({}))[0]?.reason).toBe('cannot-tell');
    expect(refused(hard, [wanted], false, without({ absent: true }))).toEqual([]);
  });
});

describe('recommend', () => {
  const around = (more: Partial<Surroundings> = {}): Surroundings => ({
    signals: I1,
    present: DEFAULTS,
    pods: { count: 8, from: 'test' },
    largestImage: { bytes: 600 * MiB, from: 'test' },
    shared: false,
    ...more,
  });
  const textOf = (surroundings: Surroundings, name: SignalName) =>
    recommend(surroundings).wanted.find((one) => one.signal === name)?.text;

  it('comes to what the operator of I1 chose, and leaves the rest', () => {
    const { wanted, impossible } = recommend(around());

    expect(Object.fromEntries(wanted.map((one) => [one.signal, one.text]))).toEqual({
      ...DEFAULTS,
      'nodefs.available': '5%',
      'imagefs.inodesFree': '5%',
    });
    expect(impossible).toEqual([]);
  });

  it('shows its arithmetic', () => {
    expect(recommend(around()).arithmetic[1]).toBe(
      "nodefs.available: 5% (297 MiB) instead of 10% (594 MiB); floor 130 MiB = 100 MiB of the node's own + 8 pods (test) × 64 KiB/s × 1m; 448 MiB available − floor = at most 318 MiB",
    );
  });

  it('never goes below the floor: with the images on that disk nothing is safe', () => {
    const { wanted, impossible } = recommend(around({ shared: true }));

    expect(wanted.some((one) => one.signal === 'nodefs.available')).toBe(false);
    expect(impossible[0]).toContain('nodefs.available: no threshold is safe');
  });

  it('raises what is below the floor', () => {
    const signals = [signal('nodefs.available', 3 * GiB, 6 * GiB)];

    expect(textOf(around({ signals, present: { 'nodefs.available': '1%' } }), 'nodefs.available')).toBe('3%');
  });

  it.each([1, 2, 5, 20, 50, 90])('is between the floor and what is available, or nothing, with %i%% free', (free) => {
    const capacity = 40 * GiB;
    const surroundings = around({ shared: true, signals: [signal('nodefs.available', (capacity * free) / 100, capacity)] });
    const floor = floorsOf(surroundings).find((one) => one.signal === 'nodefs.available')?.value ?? 0;
    const share = Number.parseFloat(textOf(surroundings, 'nodefs.available') ?? 'NaN') / 100;

    if (Number.isNaN(share)) expect((capacity * free) / 100).toBeLessThan(2 * floor + capacity / 100);
    else {
      expect(share * capacity).toBeGreaterThanOrEqual(floor);
      expect(share * capacity).toBeLessThanOrEqual((capacity * free) / 100 - floor);
    }
  });
});

describe('unifiedDiff', () => {
  it.each([
    ['a new file', undefined, 'a\nb\n', '--- /dev/null\n+++ /f\n@@ -0,0 +1,2 @@\n+a\n+b\n'],
    [
      'one line',
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      '1\n2\n3\n4\nX\n6\n7\n8\n9\n',
      '--- /f\n+++ /f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n',
    ],
    ['a line more', 'a\n', 'a\nb\n', '--- /f\n+++ /f\n@@ -1 +1,2 @@\n a\n+b\n'],
    ['no newline at the end', 'a', 'a\nb\n', '--- /f\n+++ /f\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n'],
    ['nothing', 'a\n', 'a\n', ''],
  ])('shows %s', (_name, before, after, diff) => expect(unifiedDiff('/f', before, after)).toBe(diff));
});

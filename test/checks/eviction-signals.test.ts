import { describe, expect, it } from 'vitest';
import { evictionSignals } from '../../lib/checks/eviction-signals.ts';
import type { Fault } from '../../lib/model/finding.ts';
import type { Sample } from '../../lib/model/trend.ts';
import type { EvictionHistory } from '../../lib/sources/eviction/eviction-history.ts';
import type { EvictionSignal, EvictionSignals, SignalThreshold } from '../../lib/sources/eviction/eviction-signals.ts';

const GIB = 2 ** 30;
const NOW = 1_000_000;

function threshold(value: number, details: Partial<SignalThreshold> = {}): SignalThreshold {
  return { kind: 'hard', text: '10%', value, off: false, source: 'default (v1.36.2)', ...details };
}

function signal(
  observed: number | null,
  thresholds: readonly SignalThreshold[],
  details: Partial<EvictionSignal> = {},
): EvictionSignal {
  return {
    signal: 'nodefs.available',
    unit: 'bytes',
    observed,
    capacity: 100 * GIB,
    at: '/var/lib/kubelet',
    device: 0x0801,
    thresholds,
    ...details,
  };
}

function eviction(signals: readonly EvictionSignal[], details: Partial<EvictionSignals> = {}): EvictionSignals {
  return {
    signals,
    refusals: [],
    problems: [],
    sharedImageFilesystem: false,
    kubelet: { installed: true, source: 'process 1', version: 'v1.36.2' },
    evictionHardSource: 'default (v1.36.2)',
    rootDirectory: '/var/lib/kubelet',
    ...details,
  };
}

const settings = { margin: 0.2, capacityMargin: 0.02, timeLeft: 600_000 };
const table = { mounts: [], from: '/proc/1/mountinfo', ofHost: true, truncated: false };

function judge(facts: EvictionSignals, history: EvictionHistory = {}) {
  const [finding] = evictionSignals.evaluate({ eviction: facts, history, table }, { now: NOW, settings });
  if (finding === undefined) throw new Error('no finding');
  return finding;
}

const samples = (values: readonly number[], step = 15_000): Sample[] =>
  values.map((observed, index) => ({ at: NOW - (values.length - 1 - index) * step, observed: observed * GIB }));

describe('eviction-signals', () => {
  it('fails when a hard threshold is met', () => {
    const finding = judge(eviction([signal(7.7 * GIB, [threshold(10 * GIB)])])) as Fault;

    expect(finding).toMatchObject({
      verdict: 'fail',
      type: 'EvictionThresholdMet',
      reason: 'NodefsAvailable',
      severity: 'critical',
      subject: 'nodefs.available',
      measure: { observed: 7.7 * GIB, limit: 10 * GIB, capacity: 100 * GIB },
    });
    expect(finding.message).toBe(
      'nodefs.available is 7.7 GiB of 100 GiB (7 %), below the hard threshold 10% (10 GiB, default (v1.36.2))',
    );
  });

  it('fails at the first look too, whose sample is younger than the round', () => {
    const look = { 'nodefs.available': [{ at: NOW + 40, observed: 9 * GIB }] };

    expect(judge(eviction([signal(9 * GIB, [threshold(10 * GIB)])]), look)).toMatchObject({ severity: 'critical', since: NOW });
  });

  it('is met below the threshold only, as the kubelet compares', () => {
    expect(judge(eviction([signal(10 * GIB, [threshold(10 * GIB)])]))).toMatchObject({ type: 'EvictionThresholdNear' });
  });

  it('names the commands with the mount point in them', () => {
    const mount = { device: '8:1', root: '/', point: '/', options: [], type: 'ext4', origin: '/dev/sda1', superOptions: [] };
    const facts = { eviction: eviction([signal(1, [threshold(10 * GIB)])]), history: {}, table: { ...table, mounts: [mount] } };
    const [finding] = evictionSignals.evaluate(facts, { now: NOW, settings });

    expect((finding as Fault).advice.map(({ command }) => command)).toContain(
      'du -xh --max-depth=4 / 2>/dev/null | sort -h | tail -n 25',
    );
  });

  it('warns of a soft threshold until its grace has passed', () => {
    const soft = threshold(10 * GIB, { kind: 'soft', grace: 60_000 });
    const facts = eviction([signal(9 * GIB, [soft])]);

    expect(judge(facts)).toMatchObject({ verdict: 'warn', type: 'EvictionThresholdMet', severity: 'warning' });
    expect(judge(facts, { 'nodefs.available': samples([11, 9, 9, 9]) })).toMatchObject({
      severity: 'warning',
      since: NOW - 30_000,
    });
    expect(judge(facts, { 'nodefs.available': samples([11, 9, 9, 9, 9, 9]) })).toMatchObject({ severity: 'critical' });
  });

  it('names the hard threshold when both are met', () => {
    const both = [threshold(8 * GIB), threshold(12 * GIB, { kind: 'soft', grace: 1 })];

    expect(judge(eviction([signal(7 * GIB, both)])).message).toContain('hard threshold');
  });

  it('warns only, where no kubelet would evict', () => {
    const bare = eviction([signal(1, [threshold(10 * GIB)])], {
      kubelet: { installed: false, source: 'no kubelet on this host' },
    });

    expect(judge(bare)).toMatchObject({ type: 'EvictionThresholdMet', severity: 'warning' });
  });

  it.each([
    ['a fifth of the threshold above it', 11.9, 'warn'],
    ['further away', 12.1, 'pass'],
  ])('is near within the margin: %s', (_, gib, verdict) => {
    expect(judge(eviction([signal(gib * GIB, [threshold(10 * GIB)])])).verdict).toBe(verdict);
  });

  it('widens the margin of a small absolute threshold with the machine', () => {
    const memory = (observed: number) =>
      judge(eviction([signal(observed, [threshold(0.1 * GIB, { text: '100Mi' })], { signal: 'memory.available' })]));

    expect(memory(2 * GIB)).toMatchObject({ type: 'EvictionThresholdNear', reason: 'MemoryAvailable', state: 'active' });
    expect(memory(2.2 * GIB).verdict).toBe('pass');
  });

  it('suspects a threshold that the trend reaches soon', () => {
    const filling = { 'nodefs.available': samples([60, 55, 50, 45, 40]) };
    const finding = judge(eviction([signal(40 * GIB, [threshold(10 * GIB)])]), filling);

    expect(finding).toMatchObject({ type: 'EvictionThresholdNear', state: 'suspected' });
    expect(finding.message).toMatch(/about 1m30s left at the present trend/);
  });

  it.each([
    ['noise', [60, 55, 61, 54, 60, 40]],
    ['one burst', [60, 60, 60, 60, 40]],
    ['a slow fall', [40.5, 40.4, 40.3, 40.2, 40]],
    ['recovery', [20, 25, 30, 35, 40]],
  ])('is not alarmed by %s', (_, values) => {
    expect(judge(eviction([signal(40 * GIB, [threshold(10 * GIB)])]), { 'nodefs.available': samples(values) }).verdict).toBe(
      'pass',
    );
  });

  it.each([
    ['the defaults of an idle node', eviction([signal(60 * GIB, [threshold(10 * GIB)])]), 'pass'],
    ['no threshold', eviction([signal(1, [])]), 'pass'],
    ['a threshold that is off', eviction([signal(1, [threshold(0, { text: '0%', value: null as never, off: true })])]), 'pass'],
    ['a value that could not be read', eviction([signal(null, [threshold(1)], { why: '/: no answer within 2s' })]), 'unknown'],
    ['no runtime', eviction([signal(null, [], { why: 'no container runtime on this host', absent: true })]), 'skip'],
  ] as const)('judges %s', (_, facts, verdict) => {
    expect(judge(facts)).toMatchObject({ verdict, subject: 'nodefs.available' });
  });

  it('says once why thresholds are not known, and what each signal is all the same', () => {
    const facts = eviction([signal(GIB, []), signal(2 * GIB, [])], { uncertain: 'config.yaml: permission denied' });
    const findings = evictionSignals.evaluate({ eviction: facts, history: {}, table }, { now: NOW, settings });

    expect(findings.map(({ verdict, message }) => `${verdict}: ${message}`)).toEqual([
      'unknown: the thresholds are not known: config.yaml: permission denied',
      'unknown: nodefs.available is 1 GiB of 100 GiB (1 %); its threshold is not known',
      'unknown: nodefs.available is 2 GiB of 100 GiB (2 %); its threshold is not known',
    ]);
  });

  it('does not speak of doubts where every threshold is known', () => {
    const facts = eviction([signal(60 * GIB, [threshold(10 * GIB)])], { uncertain: 'config.yaml: permission denied' });

    expect(judge(facts)).toMatchObject({ verdict: 'pass', subject: 'nodefs.available' });
  });
});

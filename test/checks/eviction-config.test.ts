import { describe, expect, it } from 'vitest';
import { adviceOf, evictionConfig } from '../../lib/checks/eviction-config.ts';
import { isFault } from '../../lib/policy/report.ts';
import type { EvictionSignal, EvictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';

const DEFAULTS = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
} as const;

/** A kubelet with these hard thresholds and no others. */
function facts(hard: Readonly<Record<string, string>>, details: Partial<EvictionSignals> = {}): EvictionSignals {
  const source = details.evictionHardSource ?? '/var/lib/kubelet/config.yaml';
  const signals = [...Object.keys(DEFAULTS), 'pid.available'].map((name) => {
    const signal = name as EvictionSignal['signal'];
    const text = hard[signal];
    const off = text === '0%' || text === '100%';
    const byDefault = (DEFAULTS as Readonly<Record<string, string>>)[signal];
    return {
      signal,
      unit: 'bytes',
      observed: 50,
      capacity: 100,
      thresholds: text === undefined ? [] : [{ kind: 'hard', text, value: off ? null : 1, off, source }],
      ...(byDefault === undefined ? {} : { byDefault }),
    } satisfies EvictionSignal;
  });
  return {
    signals,
    refusals: [],
    problems: [],
    sharedImageFilesystem: false,
    kubelet: { installed: true, source: 'process 1', version: 'v1.36.2' },
    evictionHardSource: source,
    rootDirectory: '/var/lib/kubelet',
    ...details,
  };
}

const evaluate = (eviction: EvictionSignals) => evictionConfig.evaluate({ eviction, tuning: {} }, { now: 0, settings: {} });
const subjects = (eviction: EvictionSignals) =>
  evaluate(eviction)
    .filter(isFault)
    .map(({ subject }) => subject);

describe('eviction-config', () => {
  it('passes with the defaults', () => {
    expect(evaluate(facts(DEFAULTS)).map(({ verdict }) => verdict)).toEqual(Array(6).fill('pass'));
  });

  it('names every signal that a partial setting lost, as a notice', () => {
    const findings = evaluate(facts({ 'nodefs.available': '5%' }, { evictionHardSource: 'flag --eviction-hard' })).filter(
      isFault,
    );

    expect(findings.map(({ reason }) => reason)).toEqual([
      'MemoryAvailable',
      'NodefsInodesFree',
      'ImagefsAvailable',
      'ImagefsInodesFree',
    ]);
    expect(findings.every(({ severity, type }) => severity === 'notice' && type === 'EvictionSignalUnguarded')).toBe(true);
    expect(findings[0]?.message).toBe(
      'nobody guards memory.available: evictionHard (flag --eviction-hard) does not name it, and so its default 100Mi is lost',
    );
  });

  it('does not count imagefs on the filesystem of nodefs', () => {
    expect(subjects(facts({ 'nodefs.available': '5%' }, { sharedImageFilesystem: true }))).toEqual([
      'memory.available',
      'nodefs.inodesFree',
    ]);
  });

  it('does not count what was turned off by name', () => {
    expect(subjects(facts({ ...DEFAULTS, 'memory.available': '0%' }))).toEqual([]);
  });

  it('does not count a default that this version has not', () => {
    const old = facts({ ...DEFAULTS, 'imagefs.inodesFree': undefined as never });
    const signals = old.signals.map(({ byDefault, ...signal }) =>
      signal.signal === 'imagefs.inodesFree' || byDefault === undefined
        ? { ...signal, thresholds: [] }
        : { ...signal, byDefault },
    );

    expect(subjects({ ...old, signals })).toEqual([]);
  });

  it('warns of what a kubelet refuses', () => {
    const refusal = {
      signal: 'memory.available',
      source: 'flag --eviction-soft',
      message: 'evictionSoft memory.available has no evictionSoftGracePeriod',
    };
    const findings = evaluate(facts(DEFAULTS, { refusals: [refusal] })).filter(isFault);

    expect(findings).toMatchObject([
      { type: 'EvictionThresholdRefused', reason: 'ThresholdRefused', severity: 'warning', subject: 'memory.available' },
    ]);
  });

  it('cannot tell when a file could not be used, and says where', () => {
    const problem = { file: '/var/lib/kubelet/config.yaml', line: 4, column: 1, message: 'tabs are not allowed' };
    const findings = evaluate(facts({}, { problems: [problem], uncertain: 'x' }));

    expect(findings).toMatchObject([{ verdict: 'unknown', message: '/var/lib/kubelet/config.yaml:4:1: tabs are not allowed' }]);
  });

  it('skips a host without kubelet', () => {
    const kubelet = { installed: false, source: 'no kubelet on this host' };

    expect(evaluate(facts({}, { kubelet }))).toEqual([{ verdict: 'skip', message: 'no kubelet on this host' }]);
  });
});

describe('adviceOf', () => {
  const complete = 'memory.available<100Mi,nodefs.available<5%,nodefs.inodesFree<5%,imagefs.available<15%,imagefs.inodesFree<5%';

  it('gives the exact flag, the own value kept', () => {
    const [advice] = adviceOf(facts({ 'nodefs.available': '5%' }, { evictionHardSource: 'flag --eviction-hard' }));

    expect(advice?.text).toContain(`--eviction-hard=${complete}`);
  });

  it('gives the exact line of the file, and the merge switch where there is one', () => {
    const texts = (version: string) =>
      adviceOf(facts({ 'nodefs.available': '5%' }, { kubelet: { installed: true, source: '', version } })).map(
        ({ text }) => text,
      );

    expect(texts('v1.36.2')[0]).toContain('evictionHard: {memory.available: "100Mi", nodefs.available: "5%"');
    expect(texts('v1.36.2').join()).toContain('mergeDefaultEvictionSettings');
    expect(texts('v1.30.0').join()).not.toContain('mergeDefaultEvictionSettings');
  });

  it('says that a kubelet without --config has no defaults', () => {
    const [advice] = adviceOf(facts({}, { evictionHardSource: 'default (v1.36.2): none without --config' }));

    expect(advice?.text).toMatch(/only with --config/);
  });
});

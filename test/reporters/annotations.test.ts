import { describe, expect, it } from 'vitest';
import type { SignalReport } from '../../lib/model/report.ts';
import type { ProblemState } from '../../lib/model/snapshot.ts';
import { annotationsOf, lastRemedyLine, reportJson, summaryLine } from '../../lib/reporters/annotations.ts';
import { checkState, problemState, snapshot } from '../fakes/tidings.ts';

const critical = (problems: readonly ProblemState[], more = {}) => snapshot({ health: 'Critical', problems, ...more });
const held = (...blockedBy: string[]) => ({ next: { remedy: 'restart-runtime', disruption: 'local', blockedBy } as const });

const signal = (changes: Partial<SignalReport> = {}): SignalReport => ({
  signal: 'nodefs.available',
  kind: 'hard',
  threshold: '10%',
  thresholdValue: 1000,
  source: 'default',
  observed: 3000,
  capacity: 10_000,
  headroom: 2000,
  secondsLeft: 90.4,
  ...changes,
});

describe('summaryLine', () => {
  it.each([
    ['all is well', snapshot(), 'Healthy: 1 of 1 checks pass'],
    [
      'a check could not tell',
      snapshot({ checks: [checkState(), checkState({ name: 'b', status: 'unknown' })] }),
      'Healthy: 1 of 2 checks pass, 1 could not tell',
    ],
    [
      'a problem',
      critical([problemState()]),
      'Critical: ContainerRuntimeUnhealthy/DockerHung (docker.service): docker has not answered for 9 s',
    ],
    [
      'more than one, held',
      critical([problemState(held('paused', 'not-persistent')), problemState({ subject: 'b' })]),
      'Critical: ContainerRuntimeUnhealthy/DockerHung (docker.service): docker has not answered for 9 s; held by paused; 1 more',
    ],
    [
      'given up',
      critical([problemState({ exhausted: true })]),
      'Critical: ContainerRuntimeUnhealthy/DockerHung (docker.service): docker has not answered for 9 s; given up',
    ],
    ['a suspicion alone', snapshot({ problems: [problemState({ state: 'suspected' })] }), 'Healthy: 1 of 1 checks pass'],
    ['a notice alone', snapshot({ problems: [problemState({ severity: 'notice' })] }), 'Healthy: 1 of 1 checks pass'],
    [
      'observing and paused',
      snapshot({ mode: 'observe', paused: { reason: 'night' } }),
      'Healthy: 1 of 1 checks pass; observing; paused',
    ],
  ])('%s', (_, state, line) => {
    expect(summaryLine(state)).toBe(line);
  });

  it('keeps its end when the message is long', () => {
    const line = summaryLine(critical([problemState({ message: 'é'.repeat(500), exhausted: true }), problemState()]));

    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
    expect(line).toMatch(/…; given up; 1 more$/);
  });
});

describe('lastRemedyLine', () => {
  it('is one line that begins with time, remedy and outcome', () => {
    const remedy = { remedy: 'restart-runtime', problem: 'X/Y (z)', at: '2026-01-01T00:00:00Z', message: 'a\nb' };

    expect(lastRemedyLine({ ...remedy, outcome: 'failed' })).toBe('2026-01-01T00:00:00Z restart-runtime failed for X/Y (z): a b');
    expect(lastRemedyLine({ ...remedy, message: '' })).toBe('2026-01-01T00:00:00Z restart-runtime running for X/Y (z)');
    expect(Buffer.byteLength(lastRemedyLine({ ...remedy, message: 'x'.repeat(9999) }))).toBeLessThanOrEqual(256);
  });
});

describe('reportJson', () => {
  it('has what other programs read', () => {
    const problem = problemState({ ...held('paused'), cause: 'ReadonlyFilesystem', exhausted: true });
    const soft = signal({ kind: 'soft', headroom: 500, secondsLeft: null });

    const report = JSON.parse(reportJson(critical([problem], { signals: [soft, signal()] }), ['PLEGUnhealthy']));

    expect(report).toEqual({
      version: '0.0.0',
      time: '2026-01-01T00:00:00.000Z',
      health: 'Critical',
      mode: 'remedy',
      problems: [
        {
          type: 'ContainerRuntimeUnhealthy',
          reason: 'DockerHung',
          subject: 'docker.service',
          severity: 'critical',
          state: 'active',
          since: '2026-01-01T00:00:00.000Z',
          message: 'docker has not answered for 9 s',
          cause: 'ReadonlyFilesystem',
          next: 'restart-runtime',
          blockedBy: ['paused'],
          exhausted: true,
        },
      ],
      signals: { 'nodefs.available': { headroom: 500, ratio: 0.05 } },
      conditions: ['PLEGUnhealthy'],
    });
  });

  const hostile = '\\"\x00🐳'.repeat(2000);
  const many = (count: number, text: string) =>
    Array.from({ length: count }, (_, index) =>
      problemState({ type: `Type${index}`, reason: text, subject: text, message: text, cause: 'Cause' }),
    );
  const types = Array.from({ length: 20 }, (_, index) => `SomeConditionTypeOfOurs${index}`);
  const full = {
    paused: { reason: hostile },
    lastRemedy: { remedy: 'drain', problem: hostile, at: '2026-01-01T00:00:00Z', outcome: 'failed', message: hostile },
    signals: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => signal({ signal: `${name}.available` })),
  } as const;

  it.each([
    0, 1, 2, 5, 20, 200, 3000,
  ])('fits into 4 KiB with %i problems of hostile length, and is JSON with our types', (count) => {
    const json = reportJson(critical(many(count, hostile), full), types);

    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(4096);
    const { problems, more = 0, conditions } = JSON.parse(json);
    expect(problems.length + more).toBe(count);
    expect(conditions).toEqual(types);
  });

  it('gives up messages before problems, and problems before headroom', () => {
    const few = JSON.parse(reportJson(critical(many(6, 'x'.repeat(400)), full), types));
    const crowd = JSON.parse(reportJson(critical(many(60, 'word')), types));

    expect(few.problems).toHaveLength(6);
    expect(few.signals).toBeDefined();
    expect(crowd.problems[0].type).toBe('Type0');
    expect(crowd.more).toBeGreaterThan(0);
    expect(crowd.signals).toBeDefined();
  });
});

describe('annotationsOf', () => {
  it('leaves the last remedy of an earlier agent alone', () => {
    expect(Object.keys(annotationsOf(snapshot(), []))).toEqual([
      'nodemend.io/health',
      'nodemend.io/summary',
      'nodemend.io/report',
    ]);
  });
});

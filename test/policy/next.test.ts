import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/model/finding.ts';
import { defineProblem } from '../../lib/model/problem.ts';
import { standingGuards } from '../../lib/policy/guards.ts';
import { ladderOf } from '../../lib/policy/ladder.ts';
import { type NextContext, nextRemedy } from '../../lib/policy/next.ts';
import { remedies } from '../../lib/remedies/index.ts';

const fault = (type: string, reason: string, details: Partial<Fault> = {}): Fault => ({
  verdict: 'fail',
  type,
  reason,
  severity: 'critical',
  state: 'active',
  message: '',
  evidence: [],
  advice: [],
  ...details,
});

const runtime = defineProblem({
  type: 'ContainerRuntimeUnhealthy',
  title: '',
  meaning: '',
  detection: '',
  advice: [],
  settings: [],
  ladder: ['restart-runtime', 'drain'],
  reasons: {
    DockerHung: { severity: 'critical', description: '' },
    ContainerHung: { severity: 'warning', description: '', ladder: ['end-stuck-shim', 'restart-runtime'] },
  },
});

const context = (details: Partial<NextContext> = {}): NextContext => ({
  mode: 'remedy',
  remedies,
  allowed: {},
  guards: [],
  survival: { survives: true, why: 'live-restore' },
  ...details,
});

describe('ladderOf', () => {
  const hung = fault('ContainerRuntimeUnhealthy', 'DockerHung');

  it.each<[string, Fault, Fault | undefined, Record<string, string[]>, readonly string[]]>([
    ['its type', hung, undefined, {}, ['restart-runtime', 'drain']],
    ['its reason', fault('ContainerRuntimeUnhealthy', 'ContainerHung'), undefined, {}, ['end-stuck-shim', 'restart-runtime']],
    ['the operator', hung, undefined, { ContainerRuntimeUnhealthy: ['drain'] }, ['drain']],
    [
      'the operator, by reason first',
      hung,
      undefined,
      { ContainerRuntimeUnhealthy: ['drain'], 'ContainerRuntimeUnhealthy/DockerHung': [] },
      [],
    ],
    ['a full disk: never a restart', hung, fault('EvictionThresholdMet', 'ImagefsAvailable'), {}, ['reclaim-disk']],
    ['D state: advice only', hung, fault('UninterruptibleTasks', 'TaskStuck'), {}, []],
    ['a runtime nobody uses: nothing', { ...hung, severity: 'notice' }, undefined, {}, []],
  ])('comes from %s', (_name, symptom, cause, overrides, ladder) => {
    expect(ladderOf(symptom, cause, [runtime], overrides)).toEqual(ladder);
  });
});

describe('nextRemedy', () => {
  const hung = fault('ContainerRuntimeUnhealthy', 'DockerHung');

  it('is the first rung that is switched on', () => {
    expect(nextRemedy(hung, ['end-stuck-shim', 'restart-runtime'], context())).toEqual({
      remedy: 'restart-runtime',
      disruption: 'local',
      blockedBy: [],
    });
  });

  it('is nothing where no rung is on', () => {
    expect(nextRemedy(hung, ['drain', 'reboot'], context())).toBeUndefined();
  });

  it.each([
    undefined,
    { survives: false, why: 'live-restore is off' },
  ])('holds a runtime restart whose survival is not proved (%j)', (survival) => {
    expect(nextRemedy(hung, ['restart-runtime'], context({ survival }))).toEqual({
      remedy: 'restart-runtime',
      disruption: 'workload',
      blockedBy: ['mode'],
    });
  });

  it('obeys an operator who allowed it all the same', () => {
    const next = nextRemedy(
      hung,
      ['restart-runtime'],
      context({ survival: undefined, allowed: { 'restart-runtime': { enabled: true, disruption: 'workload' } } }),
    );

    expect(next).toEqual({ remedy: 'restart-runtime', disruption: 'workload', blockedBy: [] });
  });

  it('names every guard, and observe mode', () => {
    const next = nextRemedy(hung, ['restart-runtime'], context({ mode: 'observe', guards: ['paused', 'starting'] }));

    expect(next?.blockedBy).toEqual(['mode', 'paused', 'starting']);
  });
});

describe('standingGuards', () => {
  it.each([
    [{ uptime: 86_400_000, paused: false, starved: 3 }, []],
    [{ uptime: 299_000, paused: false, starved: undefined }, ['starting']],
    [{ uptime: undefined, paused: true, starved: undefined }, ['paused']],
    [{ uptime: 300_000, paused: false, starved: 60 }, ['pressure']],
  ])('%j gives %j', (facts, guards) => {
    expect(standingGuards(facts)).toEqual(guards);
  });
});

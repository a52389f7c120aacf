import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/model/finding.ts';
import type { Hold } from '../../lib/model/guard.ts';
import { defineProblem } from '../../lib/model/problem.ts';
import type { NextRemedy } from '../../lib/model/report.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { ladderOf } from '../../lib/policy/ladder.ts';
import { nextOf, nextWithWords } from '../../lib/policy/next.ts';
import { remedies } from '../../lib/remedies/index.ts';
import { faultOf as fault } from '../fakes/faults.ts';

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
    ['what anybody may have said: nothing', { ...hung, untrusted: 'a line of any process' }, undefined, {}, []],
    ['a runtime nobody uses: nothing', { ...hung, severity: 'notice' }, undefined, {}, []],
  ])('comes from %s', (_name, symptom, cause, overrides, ladder) => {
    expect(ladderOf(symptom, cause, [runtime], overrides)).toEqual(ladder);
  });
});

describe('nextOf', () => {
  const [remedy] = remedies.filter(({ id }) => id === 'restart-runtime');
  if (remedy === undefined) throw new Error('no restart-runtime');

  it.each<[Decision | undefined, NextRemedy | undefined]>([
    [undefined, undefined],
    [{ kind: 'advise', why: '' }, undefined],
    [{ kind: 'exhausted', tried: ['restart-runtime'], holds: [] }, undefined],
    [
      { kind: 'act', remedy, disruption: 'local' },
      { remedy: 'restart-runtime', disruption: 'local', blockedBy: [] },
    ],
    [
      {
        kind: 'hold',
        remedy,
        disruption: 'workload',
        holds: [
          { id: 'mode', why: 'observe' },
          { id: 'mode', why: 'too disruptive' },
          { id: 'paused', why: '' },
          { id: 'not-persistent', why: 'suspected' },
        ],
      },
      { remedy: 'restart-runtime', disruption: 'workload', blockedBy: ['mode', 'paused'] },
    ],
  ])('of %j is %j', (decision, next) => {
    expect(nextOf(decision)).toEqual(next);
  });

  it('has the guards say their reasons where there is room for them', () => {
    const holds: readonly Hold[] = [
      { id: 'not-persistent', why: 'suspected' },
      { id: 'paused', why: 'paused: bob' },
    ];
    const decision: Decision = { kind: 'hold', remedy, disruption: 'local', holds };

    expect(nextWithWords(decision)).toEqual({
      remedy: 'restart-runtime',
      disruption: 'local',
      blockedBy: ['paused'],
      holds: [{ id: 'paused', why: 'paused: bob' }],
    });
    expect(nextWithWords({ kind: 'act', remedy, disruption: 'local' })).not.toHaveProperty('holds');
  });
});

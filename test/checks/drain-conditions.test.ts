import { describe, expect, it } from 'vitest';
import { agentSchema, defaultConfig } from '../../agent/configuration.ts';
import { isOn, settingsOf } from '../../agent/schedule.ts';
import { drainConditions } from '../../lib/checks/drain-conditions.ts';
import { answer, at, identity, PATHS, SERVER_NOW } from '../fakes/cluster.ts';
import { judge } from '../fakes/judge.ts';
import { fakeNode } from '../fakes/node.ts';

const condition = (type: string, status: string, age: number) => ({ type, status, lastTransitionTime: at(-age), reason: 'R' });

const findings = (conditions: readonly string[], found: readonly object[], more: { selector?: string; labels?: object } = {}) => {
  const body = { kind: 'Node', metadata: { name: 'node-a', labels: more.labels ?? {} }, status: { conditions: found } };
  const host = fakeNode({ now: SERVER_NOW, identity, api: { [PATHS.node]: answer(body) } });
  return judge(drainConditions, host, { conditions, nodeSelector: more.selector === undefined ? [] : [more.selector] });
};

describe('drain-conditions', () => {
  it.each([
    ['stands for its time', 'Ready=Unknown,10m', condition('Ready', 'Unknown', 601), 'warn'],
    ['does not stand for its time yet', 'Ready=Unknown,10m', condition('Ready', 'Unknown', 599), 'pass'],
    ['has another status', 'Ready=Unknown,10m', condition('Ready', 'True', 9000), 'pass'],
    ['needs no time', 'OutOfDisk', condition('OutOfDisk', 'True', 0), 'warn'],
    ['is not there', 'OutOfDisk', condition('Ready', 'True', 0), 'pass'],
  ])('a condition that %s', async (_name, wanted, found, verdict) => {
    expect(await findings([wanted], [found])).toMatchObject([{ verdict, subject: wanted }]);
  });

  it('says which one, since when, and in whose words', async () => {
    expect(await findings(['A', 'B'], [condition('A', 'True', 60), condition('B', 'False', 60)])).toMatchObject([
      {
        verdict: 'warn',
        type: 'DrainConditionMet',
        severity: 'notice',
        subject: 'A',
        message: 'A=True has stood on the Node for 1m',
        since: SERVER_NOW - 60_000,
      },
      { verdict: 'pass', subject: 'B' },
    ]);
  });

  it('leaves nodes alone that the operator did not select', async () => {
    const found = [condition('A', 'True', 60)];

    expect(await findings(['A'], found, { selector: 'pool in (a, b)', labels: { pool: 'c' } })).toMatchObject([
      { verdict: 'skip' },
    ]);
    expect(await findings(['A'], found, { selector: 'pool in (a, b)', labels: { pool: 'b' } })).toMatchObject([
      { verdict: 'warn' },
    ]);
  });

  it('cannot tell without the API server', async () => {
    const host = fakeNode({ now: SERVER_NOW, identity });

    expect(await judge(drainConditions, host, { conditions: ['A'], nodeSelector: [] })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it.each([
    ['off by default', {}, false],
    ['off while drain is off', { drain: { conditions: ['A'] } }, false],
    ['off without conditions', { drain: { enabled: true } }, false],
    ['on with both', { drain: { enabled: true, conditions: ['A', 'B=False,5m'], nodeSelector: 'x=y' } }, true],
  ])('is %s', (_name, remedies, expected) => {
    const config = { ...defaultConfig(), ...agentSchema().parse({ remedies }) };

    expect(isOn(drainConditions, config)).toBe(expected);
    if (expected) expect(settingsOf(drainConditions, config)).toEqual({ conditions: ['A', 'B=False,5m'], nodeSelector: ['x=y'] });
  });
});

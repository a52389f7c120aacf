import { describe, expect, it } from 'vitest';
import { refuseGiven } from '../../lib/failover/given.ts';
import { judgeSettings } from '../../lib/failover/judge.ts';
import { outlookOf } from '../../lib/failover/report.ts';
import { timingOf } from '../../lib/failover/timing.ts';
import { pod, timing, twoNodes, volume } from './pods.ts';

function verdicts(version: string, flags: Readonly<Record<string, string>> = {}, leaseSeconds = 40) {
  const chain = timing(version, flags, leaseSeconds);
  const outlook = outlookOf({ node: 'a', timing: chain, nodes: twoNodes, pods: [] });
  return Object.fromEntries(judgeSettings(chain, outlook).map(({ id, verdict }) => [id, verdict]));
}

const GOOD = {
  'grace-heartbeats': 'pass',
  'lease-duration': 'pass',
  'grace-status': 'pass',
  'monitor-period': 'pass',
  'grace-connection': 'pass',
};

describe('judgeSettings', () => {
  it.each<[string, string, Readonly<Record<string, string>>, number, object]>([
    ['the defaults of today', 'v1.36.2', {}, 40, GOOD],
    ['the defaults of 1.31: shorter than a dead connection', 'v1.31.0', {}, 40, { ...GOOD, 'grace-connection': 'notice' }],
    ['a kubelet that cannot tell a dead connection', 'v1.17.17', {}, 40, { ...GOOD, 'grace-connection': 'notice' }],
    [
      'a grace of two heartbeats',
      'v1.36.2',
      { 'node-monitor-grace-period': '20s' },
      40,
      { ...GOOD, 'grace-heartbeats': 'warn', 'lease-duration': 'warn', 'grace-status': 'notice', 'grace-connection': 'notice' },
    ],
    [
      'a grace of twenty seconds with a Lease that fits',
      'v1.36.2',
      { 'node-monitor-grace-period': '20s' },
      20,
      { ...GOOD, 'grace-status': 'notice', 'grace-connection': 'notice' },
    ],
    ['a look every minute', 'v1.36.2', { 'node-monitor-period': '1m' }, 40, { ...GOOD, 'monitor-period': 'warn' }],
    ['a Lease of two minutes', 'v1.36.2', {}, 120, { ...GOOD, 'grace-heartbeats': 'warn', 'lease-duration': 'warn' }],
  ])('%s', (_, version, flags, lease, expected) => {
    expect(verdicts(version, flags, lease)).toEqual(expected);
  });

  it('says what to type for every fault but those of the cluster’s size', () => {
    const chain = timing('v1.36.2', { 'node-monitor-grace-period': '8s', 'node-monitor-period': '7s' });
    const found = judgeSettings(chain, outlookOf({ node: 'a', timing: chain, nodes: twoNodes, pods: [] }));

    for (const { verdict, advice } of found) expect(advice.length > 0).toBe(verdict !== 'pass');
  });

  it.each([
    ['v1.18.16', true],
    ['v1.18.17', false],
    ['v1.19.8', true],
    ['v1.20.2', true],
    ['v1.20.5', false],
    ['v1.21.0', false],
    ['v1.36.2', false],
  ])('tells of the taint queue of %s: %s', (version, told) => {
    expect('taint-queue' in verdicts(version)).toBe(told);
  });

  it('warns of two writers, and tells of a cluster that would not move anything', () => {
    const chain = timing();
    const pods = [pod({ volumes: [volume('none')] })];
    const ids = (nodes: typeof twoNodes) =>
      judgeSettings(chain, outlookOf({ node: 'a', timing: chain, nodes, pods })).map(({ id }) => id);

    expect(ids(twoNodes)).toContain('two-writers');
    expect(ids(twoNodes.slice(0, 1))).toContain('eviction-stops');
    expect(ids(twoNodes.slice(0, 1))).not.toContain('two-writers');
  });
});

describe('timingOf', () => {
  const facts = { version: 'v1.31.4', kubelet: {}, given: {} };

  it('assumes the defaults of the version, and says so', () => {
    const { gracePeriod, leaseDuration, unreachableToleration } = timingOf(facts);

    expect(gracePeriod).toMatchObject({ value: 40_000, origin: 'assumed', from: 'default of v1.31.4' });
    expect(leaseDuration).toMatchObject({ value: 40_000, origin: 'assumed' });
    expect(unreachableToleration).toMatchObject({ value: 300, origin: 'assumed' });
  });

  it('has read a default where the program was seen without the flag, unless its version is not known', () => {
    const seen = { ...facts, controllerManager: { flags: {}, from: 'process 7' } };

    expect(timingOf(seen).gracePeriod).toMatchObject({ value: 40_000, origin: 'read' });
    expect(timingOf({ ...seen, version: undefined }).gracePeriod).toMatchObject({ value: 50_000, origin: 'assumed' });
  });

  it('believes a person before a program, and a program before a default', () => {
    const controllerManager = { flags: { 'node-monitor-grace-period': '25s', 'node-monitor-period': 'soon' }, from: 'process 7' };
    const chain = timingOf({ ...facts, controllerManager, given: { 'node-monitor-period': '3s' } });

    expect(chain.gracePeriod).toMatchObject({ value: 25_000, origin: 'read', from: 'process 7' });
    expect(chain.monitorPeriod).toMatchObject({ value: 3000, origin: 'given' });
  });

  it.each([
    ['node-monitor-grace-period', '20s', true],
    ['node-monitor-grace-period', '20', false],
    ['node-monitor-grace-period', '-20s', false],
    ['node-eviction-rate', '0.5', true],
    ['default-unreachable-toleration-seconds', '', false],
    ['grace', '20s', false],
  ])('--assume %s=%s is taken: %s', (name, value, taken) => {
    expect(refuseGiven(name, value) === undefined).toBe(taken);
  });
});

import { describe, expect, it } from 'vitest';
import { SORTS, sorted } from '../../lib/fleet/order.ts';
import { readNode } from '../../lib/fleet/read-node.ts';
import { fleetHealth, totalsOf } from '../../lib/fleet/totals.ts';
import { minutes } from '../../lib/model/units.ts';
import { NOW, nodeObject } from '../fakes/fleet-nodes.ts';
import { problemState } from '../fakes/tidings.ts';

const signal = (headroom: number) => ({
  signal: 'nodefs.available',
  kind: 'hard' as const,
  threshold: '10%',
  thresholdValue: 10,
  source: 'default',
  observed: 10 + headroom,
  capacity: 100,
  headroom,
  secondsLeft: null,
});
const warning = problemState({ severity: 'warning', type: 'PidsNearLimit', reason: 'PidsNearLimit' });
const notice = problemState({ severity: 'notice', type: 'SystemdOutdated', reason: 'SystemdOutdated' });

const fleet = [
  nodeObject({ name: 'healthy-10', zone: 'a', says: { signals: [signal(50)] } }),
  nodeObject({ name: 'healthy-9', zone: 'b', says: { agentVersion: '0.1.9' } }),
  nodeObject({ name: 'noticed', says: { problems: [notice] } }),
  nodeObject({ name: 'bare' }),
  nodeObject({ name: 'stale', says: {}, ago: minutes(60) }),
  nodeObject({ name: 'dead', says: {}, ago: minutes(30), ready: 'Unknown' }),
  nodeObject({
    name: 'degraded',
    says: { health: 'Degraded', problems: [warning], signals: [signal(2)], agentVersion: '0.1.10' },
  }),
  nodeObject({ name: 'critical', says: { health: 'Critical', problems: [problemState(), warning] } }),
  nodeObject({ name: 'given-up', says: { health: 'Critical', problems: [problemState({ exhausted: true })] } }),
].map((node) => readNode(node, { now: NOW, problemTypes: new Set() }));

const names = (sort: string) => sorted(fleet, sort).map(({ name }) => name);

describe('--sort', () => {
  it('puts the worst first, and of the same kind the numbers in order', () => {
    expect(names('worst')).toEqual([
      'given-up',
      'critical',
      'dead',
      'degraded',
      'stale',
      'bare',
      'noticed',
      'healthy-9',
      'healthy-10',
    ]);
  });

  it.each([
    ['name', ['bare', 'critical']],
    ['zone', ['given-up', 'critical']],
    ['age', ['bare', 'stale', 'dead']],
    ['headroom', ['degraded', 'healthy-10']],
    ['version', ['bare', 'given-up']],
  ])('by %s begins with %j', (sort, first) => {
    expect(names(sort).slice(0, first.length)).toEqual(first);
  });

  it.each(SORTS)('by %s loses nobody, whatever the order they come in', (sort) => {
    expect(sorted(fleet.toReversed(), sort)).toEqual(sorted(fleet, sort));
    expect(new Set(names(sort)).size).toBe(fleet.length);
  });
});

describe('totals', () => {
  it('count nodes, and each problem once for each', () => {
    expect(totalsOf(fleet)).toMatchObject({
      nodes: 9,
      health: { Critical: 2, Degraded: 1, Unknown: 3, Healthy: 3 },
      absent: 1,
      stale: 2,
      notReady: 1,
      problems: [
        { reason: 'DockerHung', nodes: 2 },
        { reason: 'PidsNearLimit', nodes: 2 },
      ],
    });
  });

  it.each([
    ['Critical', fleet],
    ['Degraded', fleet.filter(({ health }) => health !== 'Critical')],
    ['Unknown', fleet.filter(({ health }) => health === 'Healthy' || health === 'Unknown')],
    ['Healthy', fleet.filter(({ health }) => health === 'Healthy')],
    ['Healthy', []],
  ])('are %s', (health, nodes) => {
    expect(fleetHealth({ nodes, of: 9 })).toBe(health);
  });

  it('know nothing of a fleet without nodes', () => {
    expect(fleetHealth({ nodes: [], of: 0 })).toBe('Unknown');
  });
});

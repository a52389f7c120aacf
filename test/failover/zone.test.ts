import { describe, expect, it } from 'vitest';
import { zoneVerdict } from '../../lib/failover/zone.ts';
import { timing } from './pods.ts';

const nodes = (count: number, down: number, zone = 'z') =>
  Array.from({ length: count }, (_, index) => ({
    name: `${zone}${index}`,
    zone,
    ready: index >= count - (count - down),
    excluded: false,
  }));

describe('zoneVerdict', () => {
  it('stops where no other node is left: the controller then suspects itself', () => {
    expect(zoneVerdict(nodes(1, 0), 'z0', timing())).toMatchObject({
      kind: 'stops',
      why: expect.stringContaining('the only node'),
    });
    const last = [...nodes(3, 2), ...nodes(2, 2, 'y')];
    expect(zoneVerdict(last, 'z2', timing())).toMatchObject({ kind: 'stops', why: expect.stringContaining('5 nodes') });
  });

  it('evicts at the usual rate from a zone that is dead altogether, while another lives', () => {
    expect(zoneVerdict([...nodes(1, 0), ...nodes(2, 0, 'y')], 'z0', timing())).toMatchObject({ kind: 'evicts', rate: 0.1 });
  });

  it.each([
    ['two of three: too few to be a disruption', 3, 1, 'evicts', 0.1],
    ['three of six: less than 55 %', 6, 2, 'evicts', 0.1],
    ['four of six', 6, 3, 'stops', undefined],
    ['thirty of fifty', 50, 29, 'stops', undefined],
    ['thirty of fifty-one: large enough to go on slowly', 51, 29, 'evicts', 0.01],
  ] as const)('%s', (_, count, down, kind, rate) => {
    const verdict = zoneVerdict(nodes(count, down), `z${count - 1}`, timing());

    expect(verdict.kind).toBe(kind);
    if (verdict.kind === 'evicts') expect(verdict.rate).toBe(rate);
  });

  it('leaves out nodes that are excluded from disruption', () => {
    const excluded = { name: 'master', zone: 'z', ready: true, excluded: true };
    expect(zoneVerdict([...nodes(1, 0), excluded], 'z0', timing()).kind).toBe('stops');
  });

  it('says that it does not know', () => {
    expect(zoneVerdict('nodes is forbidden', 'a', timing())).toEqual({ kind: 'unknown', why: 'nodes is forbidden' });
  });
});

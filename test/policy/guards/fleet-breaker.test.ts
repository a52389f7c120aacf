import { describe, expect, it } from 'vitest';
import type { BreakerLimits, NodeInTrouble, SeenFleet } from '../../../lib/model/fleet.ts';
import { minutes, seconds } from '../../../lib/model/units.ts';
import { fleetBreaker, needsNodes, type Trouble } from '../../../lib/policy/guards/fleet-breaker.ts';
import { NOW, other, others, seen } from '../../fakes/fleet.ts';

const LIMITS: BreakerLimits = {
  unhealthy: { count: 2, ratio: 0.3 },
  sameReason: { count: 5, ratio: 0.02 },
  within: minutes(10),
};
const ours = (changes: Partial<Trouble> = {}): Trouble => ({ reason: 'DockerHung', stood: seconds(10), dead: false, ...changes });
const trips = (nodes: readonly NodeInTrouble[], changes: Partial<SeenFleet> = {}, trouble: Partial<Trouble> = {}) =>
  fleetBreaker(seen(nodes, changes), ours(trouble), LIMITS) !== undefined;
const DIFFERENT = { reason: 'NodefsAvailable' };

describe('fleetBreaker', () => {
  it.each<[string, boolean, readonly NodeInTrouble[], Partial<SeenFleet>?, Partial<Trouble>?]>([
    ['nobody else', false, [], { nodes: 3 }],
    ['one other of three', false, others(1), { nodes: 3 }],
    ['two others of three', true, others(2), { nodes: 3 }],
    ['two others of six', true, others(2, DIFFERENT), { nodes: 6 }],
    ['two others of seven: 30 % are three', false, others(2, DIFFERENT), { nodes: 7 }],
    ['29 of 100', false, others(29, DIFFERENT), { nodes: 100 }],
    ['30 of 100', true, others(30, DIFFERENT), { nodes: 100 }],
    ['a number of nodes nobody told', true, others(2, DIFFERENT), {}],
    ['four with the same reason of 100', false, others(4), { nodes: 100 }],
    ['five with the same reason of 100', true, others(5), { nodes: 100 }],
    ['five with the same reason of 1000: 2 % are twenty', false, others(5), { nodes: 1000 }],
    ['twenty with the same reason of 1000', true, others(20), { nodes: 1000 }],
    ['five with other reasons of 100', false, others(5, DIFFERENT), { nodes: 100 }],
    ['a dead unit, and everybody in trouble', false, others(50), { nodes: 50 }, { dead: true }],
    ['what began long before', false, others(50, { since: NOW - minutes(60) }), { nodes: 50 }],
    [
      'what began long before, as ours did',
      true,
      others(50, { since: NOW - minutes(60) }),
      { nodes: 50 },
      { stood: minutes(61) },
    ],
    ['ours is old, theirs began just now', true, others(50), { nodes: 50 }, { stood: minutes(600) }],
    ['agents that have been silent for long', false, others(50, { seenAt: NOW - minutes(11) }), { nodes: 50 }],
    ['more than could be counted, most of them unread', true, [], { nodes: 100_000, complete: false }],
    ['more than could be counted, and a dead unit', false, [], { complete: false }, { dead: true }],
    ['agents that were last heard ten minutes ago', true, others(50, { seenAt: NOW - minutes(10) }), { nodes: 50 }],
    ['what began ten minutes before', true, others(50, { since: NOW - minutes(10) }), { nodes: 50 }],
    ['agents whose clocks are an hour ahead', false, others(50, { seenAt: NOW + minutes(60) }), { nodes: 50 }],
  ])('%s: %s', (_, expected, nodes, view, trouble) => {
    expect(trips(nodes, view, trouble)).toBe(expected);
  });

  it('believes a Lease until it should have been renewed, however short its time is', () => {
    const short = { ...LIMITS, within: minutes(1) };
    const view = (seenAt: number) => seen(others(3, { seenAt }), { nodes: 4 });

    expect(fleetBreaker(view(NOW - minutes(3)), ours(), short)?.id).toBe('fleet-breaker');
    expect(fleetBreaker(view(NOW - minutes(11)), ours(), short)).toBeUndefined();
  });

  it('says who, and what lets the node go on', () => {
    const hold = fleetBreaker(seen([...others(4), other('x', DIFFERENT)], { nodes: 6 }), ours(), LIMITS);

    expect(hold?.id).toBe('fleet-breaker');
    expect(hold?.why).toContain('5 other nodes have trouble within 10m (n1 DockerHung, n2 DockerHung, n3 DockerHung and 2 more)');
    expect(hold?.why).toContain('nodemend reset breaker');
  });

  it('names three, and counts nobody beyond them', () => {
    expect(fleetBreaker(seen(others(3), { nodes: 4 }), ours(), LIMITS)?.why).toContain(
      '(n1 DockerHung, n2 DockerHung, n3 DockerHung)',
    );
  });

  it('trips at the first other node where the operator wants it so', () => {
    const strict = { ...LIMITS, unhealthy: { count: 0, ratio: 0 } };
    const view = (nodes: number) => seen(others(nodes, DIFFERENT), { nodes: 100 });

    expect(fleetBreaker(view(0), ours(), strict)).toBeUndefined();
    expect(fleetBreaker(view(1), ours(), strict)?.why).toMatch(/^1 other node has trouble/);
  });

  it('knows nothing where nobody could be asked', () => {
    expect(fleetBreaker({ kind: 'unseen', why: '' }, ours(), LIMITS)).toBeUndefined();
  });

  it('asks for the number of nodes only where a percentage could decide', () => {
    expect(needsNodes(seen(others(1)), ours(), LIMITS)).toBe(false);
    expect(needsNodes(seen(others(2)), ours(), LIMITS)).toBe(true);
    expect(needsNodes(seen(others(2)), ours(), { ...LIMITS, unhealthy: { count: 2, ratio: 0 } })).toBe(false);
    expect(needsNodes(seen(others(2), { complete: false }), ours(), LIMITS)).toBe(false);
    expect(needsNodes(seen(others(1)), ours(), { ...LIMITS, unhealthy: { count: 0, ratio: 0.1 } })).toBe(true);
    const bySame = { ...LIMITS, unhealthy: { count: 9, ratio: 0.3 } };
    expect(needsNodes(seen(others(5)), ours(), bySame)).toBe(true);
    expect(needsNodes(seen(others(5, DIFFERENT)), ours(), bySame)).toBe(false);
    expect(needsNodes(seen([]), ours(), { ...LIMITS, unhealthy: { count: 0, ratio: 0.1 } })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { NodeInTrouble, SeenFleet, Share } from '../../../lib/model/fleet.ts';
import type { Disruption } from '../../../lib/model/remedy.ts';
import { minutes } from '../../../lib/model/units.ts';
import { fleetBudget, oneControlPlane } from '../../../lib/policy/guards/fleet-budget.ts';
import { NOW, other, others, seen } from '../../fakes/fleet.ts';

const share = (count: number, ratio = 0): Share => ({ count, ratio });
const busy = (count: number, changes: Partial<NodeInTrouble> = {}) => others(count, { claim: 'drain', ...changes });

describe('fleetBudget', () => {
  it.each<[string, string | undefined, readonly NodeInTrouble[], Share, Share, Partial<SeenFleet>?, Disruption?]>([
    ['nobody busy, one allowed', undefined, others(9), share(1), share(1)],
    ['one busy, one allowed', '1 of at most 1 node is', busy(1), share(1), share(9)],
    ['one busy, a local remedy', undefined, busy(9), share(1), share(1), {}, 'local'],
    ['none allowed', '0 of at most 0 nodes are', [], share(0), share(1)],
    ['10 % of 5 is one, not none', undefined, [], share(0, 0.1), share(9), { nodes: 5 }],
    ['10 % of 5, one busy', '1 of at most 1 node is', busy(1), share(0, 0.1), share(9), { nodes: 5 }],
    ['10 % of 29 is two', undefined, busy(1), share(0, 0.1), share(9), { nodes: 29 }],
    ['a percentage of a number nobody told', '1 of at most 1 node is', busy(1), share(0, 0.5), share(9)],
    ['the larger of both', undefined, busy(2), share(3, 0.1), share(9), { nodes: 10 }],
    ['its zone is full', '1 of at most 1 in zone a is', busy(1), share(5), share(1)],
    ['another zone is full', undefined, busy(1, { zone: 'b' }), share(5), share(1)],
    ['50 % of a zone of four', undefined, busy(1), share(9), share(0, 0.5), { zoneNodes: 4 }],
    ['a node without a zone', undefined, busy(1, { zone: '' }), share(5), share(1), { zone: '' }],
    ['a claim that was renewed half an hour ago', '1 of at most 1', busy(1, { seenAt: NOW - minutes(30) }), share(1), share(1)],
    ['a claim that nobody has renewed', undefined, busy(1, { seenAt: NOW - minutes(31) }), share(1), share(1)],
    ['one of a node that was cut off in its drain', '1 of at most 1', busy(1, { seenAt: NOW - minutes(20) }), share(1), share(1)],
    ['more than could be read', 'more nodes are in trouble', [], share(9), share(9), { complete: false }],
  ])('%s', (_, expected, nodes, maxConcurrent, perZone, view = {}, disruption = 'workload') => {
    const hold = fleetBudget(seen(nodes, view), disruption, { maxConcurrent, perZone });

    if (expected === undefined) expect(hold).toBeUndefined();
    else expect(hold).toEqual({ id: 'fleet-budget', why: expect.stringContaining(expected) });
  });

  it.each([
    [0, '0 of at most 0 nodes are in a disruptive remedy'],
    [1, '1 of at most 1 node is in a disruptive remedy (n1: drain)'],
    [3, '3 of at most 3 nodes are in a disruptive remedy (n1: drain, n2: drain, n3: drain)'],
    [4, '4 of at most 4 nodes are in a disruptive remedy (n1: drain, n2: drain, n3: drain, …)'],
  ])('names three of %d', (count, why) => {
    expect(fleetBudget(seen(busy(count)), 'node', { maxConcurrent: share(count), perZone: share(9) })?.why).toBe(why);
  });

  it('lets nothing disrupt work where nobody could be asked', () => {
    const limits = { maxConcurrent: share(9), perZone: share(9) };
    const view = { kind: 'unseen', why: 'no right on Leases' } as const;

    expect(fleetBudget(view, 'node', limits)?.why).toContain('no right on Leases');
    expect(fleetBudget(view, 'local', limits)).toBeUndefined();
  });
});

describe('oneControlPlane', () => {
  it.each<[string, boolean, boolean, Partial<NodeInTrouble>]>([
    ['another one is in a remedy', true, true, { claim: 'drain', controlPlane: true }],
    ['a worker is in a remedy', false, true, { claim: 'drain' }],
    ['another one is merely in trouble', false, true, { controlPlane: true }],
    ['we are a worker', false, false, { claim: 'drain', controlPlane: true }],
  ])('%s', (_, holds, controlPlane, changes) => {
    const hold = oneControlPlane(seen([other('cp2', changes)], { controlPlane }), 'workload');

    expect(hold?.id).toBe(holds ? 'control-plane' : undefined);
  });
});

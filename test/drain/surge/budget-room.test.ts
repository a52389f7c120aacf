import { describe, expect, it } from 'vitest';
import type { Budget } from '../../../lib/drain/objects.ts';
import { neverAllowsOneMore } from '../../../lib/drain/surge/budget-room.ts';

const budget = (spec: Budget['spec'], expectedPods: number | undefined): Budget => ({
  metadata: { name: 'web', namespace: 'ns' },
  ...(spec === undefined ? {} : { spec }),
  ...(expectedPods === undefined ? {} : { status: { expectedPods } }),
});

describe('a budget with one pod more', () => {
  it.each<[string, Budget['spec'], number | undefined, boolean]>([
    ['wants as many as there were', { minAvailable: 3 }, 3, false],
    ['wants as many as there would be', { minAvailable: 4 }, 3, true],
    ['wants all of them', { minAvailable: '100%' }, 3, true],
    ['wants nearly all of them, rounded up', { minAvailable: '90%' }, 3, true],
    ['wants three quarters', { minAvailable: '75%' }, 3, false],
    ['lets none go', { maxUnavailable: 0 }, 3, true],
    ['lets none go, in percent', { maxUnavailable: '0%' }, 3, true],
    ['lets one go', { maxUnavailable: 1 }, 3, false],
    ['lets a hundredth go, rounded up', { maxUnavailable: '1%' }, 3, false],
    ['has no limit', {}, 3, false],
    ['was not looked at yet', { maxUnavailable: 0 }, undefined, false],
    ['has no specification', undefined, 3, false],
  ])('%s', (_name, spec, expectedPods, never) => {
    expect(neverAllowsOneMore(budget(spec, expectedPods))).toBe(never);
  });
});

import { describe, expect, it } from 'vitest';
import type { PlanContext } from '../../lib/model/remedy.ts';
import { disruptionHere } from '../../lib/policy/disruption.ts';
import { setEvictionHard } from '../../lib/remedies/set-eviction-hard.ts';
import { context, unit } from './units.ts';

const kubelet = { layout: 'systemd', frozen: false, unit: unit('kubelet.service') };
const lowered = { signal: 'nodefs.available', kind: 'lowered', text: '6%' } as const;
const plan = (details: Partial<PlanContext>) => setEvictionHard.plan?.(context('NodefsAvailable', details));

describe('set-eviction-hard', () => {
  it('plans one threshold, and names the unit that is restarted for it', () => {
    expect(plan({ kubelet, threshold: lowered })).toMatchObject({
      kind: 'plan',
      steps: [{ do: 'set-eviction', unit: 'kubelet.service', signal: 'nodefs.available', threshold: '6%' }],
    });
  });

  it.each<[string, Partial<PlanContext>, string]>([
    [
      'the operator gave no floor',
      { kubelet, threshold: { signal: 'nodefs.available', kind: 'no', why: 'it has no floor' } },
      'no floor',
    ],
    ['the fault is about no signal', { kubelet }, 'no signal'],
    ['the kubelet is inside k3s', { kubelet: { layout: 'k3s', frozen: false }, threshold: lowered }, 'no systemd unit'],
    ['there is no kubelet', { threshold: lowered }, 'no systemd unit'],
  ])('refuses where %s', (_what, details, why) => {
    expect(plan(details)).toEqual({ kind: 'refusal', why: expect.stringContaining(why) });
  });

  it('costs what a restart of the kubelet costs', () => {
    const facts = { survives: undefined, pending: false };

    expect(disruptionHere(setEvictionHard, { ...facts, devices: [] })).toBe('local');
    expect(disruptionHere(setEvictionHard, { ...facts, devices: ['nvidia.com/gpu'] })).toBe('workload');
    expect(disruptionHere(setEvictionHard, { ...facts, pending: true, devices: [] })).toBe('node');
    expect(setEvictionHard.enabledByDefault).toBe(false);
  });
});

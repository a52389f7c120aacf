import { describe, expect, it } from 'vitest';
import type { PlanContext, TargetKubelet } from '../../lib/model/remedy.ts';
import { restartKubelet } from '../../lib/remedies/restart-kubelet.ts';
import { byId, context, dead, unit } from './units.ts';

const kubelet = (details: Partial<TargetKubelet> = {}): TargetKubelet => ({
  layout: 'systemd',
  unit: unit('kubelet.service'),
  frozen: false,
  ...details,
});
const plan = (reason: string, details: Partial<PlanContext> = {}) =>
  restartKubelet.plan?.(context(reason, { kubelet: kubelet(), ...details }));

describe('restart-kubelet', () => {
  it('restarts one that runs, through its unit', () => {
    expect(plan('KubeletHung')).toEqual({
      kind: 'plan',
      steps: [{ do: 'restart-unit', unit: 'kubelet.service', main: 812, along: [], patience: 3000, within: 30_000 }],
      delay: 0,
      settle: 60_000,
    });
  });

  it.each([
    ['a start limit', 'KubeletStartLimitHit', 'start-limit-hit'],
    ['its own end', 'KubeletDown', 'exit-code'],
  ])('starts one that is dead by %s, its failure forgotten', (_name, reason, result) => {
    const down = kubelet({ unit: unit('kubelet.service', { ...(dead as object), result }) });

    expect(plan(reason, { kubelet: down })).toMatchObject({
      steps: [{ do: 'start-unit', unit: 'kubelet.service', clear: ['kubelet.service'] }],
      delay: 0,
    });
  });

  it('takes the units along that stop with it', () => {
    const own = unit('kubelet.service', { takesAlong: ['proxy.service'] });

    expect(plan('KubeletHung', { kubelet: kubelet({ unit: own }), units: byId(own) })).toMatchObject({
      steps: [{ along: ['proxy.service'] }],
    });
  });

  it('waits where a working kubelet is disturbed: less than 30 s, always the same on one node, spread over many', () => {
    const delays = Array.from({ length: 300 }, (_, index) => {
      const planned = plan('PlegStalled', { node: `web-${index}` });
      return planned?.kind === 'plan' ? planned.delay : -1;
    });

    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(30_000);
    expect(delays.filter((delay) => delay < 10_000).length).toBeGreaterThan(60);
    expect(delays.filter((delay) => delay >= 20_000).length).toBeGreaterThan(60);
    expect(plan('PlegStalled')).toEqual(plan('PlegStalled'));
  });

  it.each<[string, string, Partial<TargetKubelet>]>([
    ['stopped', 'PlegStalled', { frozen: true }],
    ['silent', 'KubeletHung', {}],
    ['dead', 'KubeletDown', { unit: unit('kubelet.service', dead) }],
  ])('waits for nothing where it is %s', (_name, reason, details) => {
    expect(plan(reason, { kubelet: kubelet(details) })).toMatchObject({ delay: 0 });
  });

  it.each<[string, PlanContext['kubelet'], string]>([
    ['k3s', kubelet({ layout: 'k3s' }), 'k3s'],
    ['rke2', kubelet({ layout: 'rke2' }), 'rke2'],
    ['a container', kubelet({ layout: 'container' }), 'the kubelet runs in a container, and a restart of that'],
    ['no unit', { layout: 'systemd', frozen: false }, 'no systemd unit'],
    [
      'systemd at work',
      kubelet({ unit: unit('kubelet.service', { activeState: 'activating', subState: 'auto-restart' }) }),
      'auto-restart',
    ],
    ['a stop under way', kubelet({ unit: unit('kubelet.service', { activeState: 'deactivating' }) }), 'deactivating'],
    ['a mask', kubelet({ unit: unit('kubelet.service', { loadState: 'masked', activeState: 'inactive' }) }), 'masked'],
  ])('refuses with %s, by name', (_name, target, why) => {
    expect(restartKubelet.plan?.(context('KubeletHung', target === undefined ? {} : { kubelet: target }))).toEqual({
      kind: 'refusal',
      why: expect.stringContaining(why),
    });
  });

  it('refuses where there is no kubelet', () => {
    expect(restartKubelet.plan?.(context('KubeletDown'))).toMatchObject({ kind: 'refusal' });
  });
});

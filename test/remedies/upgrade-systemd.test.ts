import { describe, expect, it } from 'vitest';
import { findRemedy } from '../../lib/remedies/index.ts';
import { upgradeSystemd } from '../../lib/remedies/upgrade-systemd.ts';
import { faultOf } from '../fakes/faults.ts';

const fault = (type: string) => faultOf(type, 'SystemdKnownBad', { verdict: 'warn', severity: 'notice' });
const context = { node: 'node1', units: {}, runtimes: [], fault: fault('SystemdOutdated') };

describe('upgrade-systemd', () => {
  it('is off until the operator turns it on, disrupts the node, and is for a notice too', () => {
    expect(findRemedy('upgrade-systemd')).toBe(upgradeSystemd);
    expect(upgradeSystemd).toMatchObject({ enabledByDefault: false, disruption: 'node', forNotices: true });
  });

  it.each(['apt', 'dnf', 'yum'] as const)('plans one step with %s, which ends no young runc', (tool) => {
    expect(upgradeSystemd.plan?.({ ...context, packages: { kind: 'tool', tool } })).toMatchObject({
      kind: 'plan',
      steps: [{ do: 'upgrade-systemd', tool, olderThan: 600_000 }],
      delay: 0,
    });
  });

  it.each([
    ['no word of the package manager', {}, 'is not known'],
    ['none', { packages: { kind: 'none', why: 'the system is an ostree image' } }, 'ostree image'],
    [
      'another problem',
      { fault: fault('KnownBadVersion'), packages: { kind: 'tool', tool: 'apt' } },
      'KnownBadVersion is not about',
    ],
  ] as const)('refuses: %s', (_what, change, why) => {
    expect(upgradeSystemd.plan?.({ ...context, ...change })).toMatchObject({
      kind: 'refusal',
      why: expect.stringContaining(why),
    });
  });
});

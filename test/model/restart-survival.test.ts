import { describe, expect, it } from 'vitest';
import { type RestartedUnit, type RestartFacts, restartSurvival, stoppedWith } from '../../lib/model/restart-survival.ts';

const unit = (id: string, more: Partial<RestartedUnit> = {}): RestartedUnit => ({
  id,
  activeState: 'active',
  killMode: 'process',
  takesAlong: [],
  ...more,
});
const units = (...list: RestartedUnit[]) => Object.fromEntries(list.map((one) => [one.id, one]));
const shims = (count: number, of: string) => Array.from({ length: count }, () => ({ unit: of }));

const facts = (more: Partial<RestartFacts>): RestartFacts => ({
  unit: 'docker.service',
  units: units(unit('docker.service'), unit('containerd.service')),
  liveRestore: true,
  running: 12,
  shims: shims(12, 'containerd.service'),
  ...more,
});

describe('restartSurvival', () => {
  it.each<[string, Partial<RestartFacts>, object]>([
    ['docker with live-restore', {}, { survives: true, why: 'live-restore is on', wouldStop: 0 }],
    ['docker without it', { liveRestore: false }, { survives: false, why: 'live-restore is off', wouldStop: 12 }],
    ['docker without it and without containers', { liveRestore: false, running: 0, shims: [] }, { survives: true }],
    [
      'docker that did not say, with the shims counted',
      { liveRestore: undefined, running: undefined },
      { survives: false, wouldStop: 12, why: expect.stringContaining('did not say') },
    ],
    [
      'docker with live-restore whose shims die with its control group',
      { units: units(unit('docker.service', { killMode: 'control-group' })), shims: shims(3, 'docker.service') },
      { survives: false, wouldStop: 3, why: expect.stringContaining('KillMode=control-group') },
    ],
    [
      'docker whose control group holds no shim',
      { units: units(unit('docker.service', { killMode: 'control-group' })) },
      { survives: true },
    ],
    [
      'a control group that could not be read',
      { units: units(unit('docker.service', { killMode: 'mixed' })), shims: undefined },
      { survives: false, why: expect.stringContaining('could not be read') },
    ],
    [
      'containerd with KillMode=process',
      { unit: 'containerd.service', liveRestore: undefined },
      { survives: true, why: 'KillMode=process' },
    ],
    [
      'containerd that takes a docker without live-restore along',
      {
        unit: 'containerd.service',
        liveRestore: false,
        units: units(unit('containerd.service', { takesAlong: ['docker.service'] }), unit('docker.service')),
      },
      { survives: false, wouldStop: 12, alsoStops: ['docker.service'] },
    ],
    [
      'containerd bound to a docker that does not run',
      {
        unit: 'containerd.service',
        liveRestore: false,
        units: units(
          unit('containerd.service', { takesAlong: ['docker.service'] }),
          unit('docker.service', { activeState: 'inactive' }),
        ),
      },
      { survives: true },
    ],
    [
      'containerd that takes a service of somebody else along',
      { unit: 'containerd.service', units: units(unit('containerd.service', { takesAlong: ['web.service'] })) },
      { survives: false, why: expect.stringContaining('web.service stops with it') },
    ],
    [
      'containerd that would take a service along which does not run',
      {
        unit: 'containerd.service',
        units: units(unit('containerd.service', { takesAlong: ['web.service'] }), unit('web.service', { activeState: 'failed' })),
      },
      { survives: true },
    ],
    [
      'containerd that takes the kubelet and a socket along',
      { unit: 'containerd.service', units: units(unit('containerd.service', { takesAlong: ['kubelet.service', 'a.socket'] })) },
      { survives: true, alsoStops: ['kubelet.service', 'a.socket'] },
    ],
    [
      'containerd with a shim that is stopped: it ends what that holds',
      {
        unit: 'containerd.service',
        shims: [
          { unit: 'containerd.service', state: 'S' },
          { unit: 'containerd.service', state: 'T' },
        ],
      },
      { survives: false, wouldStop: 1, why: expect.stringContaining('a shim does not answer') },
    ],
    [
      'containerd with a container that hangs, whatever its shim looks like',
      { unit: 'containerd.service', hasStuckContainer: true },
      { survives: false, wouldStop: 1 },
    ],
    ['docker beside a stopped shim', { shims: [{ unit: 'containerd.service', state: 'T' }] }, { survives: true }],
    ['systemd that did not answer', { units: undefined }, { survives: false }],
    [
      'a unit that systemd does not know',
      { unit: 'crio.service' },
      { survives: false, why: 'systemd did not describe crio.service' },
    ],
  ])('judges %s', (_, more, survival) => {
    expect(restartSurvival(facts(more))).toMatchObject(survival);
  });
});

describe('stoppedWith', () => {
  it('follows units through others, and does not mind circles', () => {
    const circle = units(unit('a', { takesAlong: ['b'] }), unit('b', { takesAlong: ['c', 'a'] }));

    expect(stoppedWith('a', circle)).toEqual(['a', 'b', 'c']);
  });
});

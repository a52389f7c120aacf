import { describe, expect, it } from 'vitest';
import { unitRestarts } from '../../lib/checks/unit-restarts.ts';
import type { UnitRestarts } from '../../lib/sources/host/unit-restarts.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const settings = { restarts: 5, within: 20 * MINUTE };

const judge = (...units: readonly UnitRestarts[]) =>
  unitRestarts.evaluate({ history: { kind: 'agent', units } }, { now: NOW, settings });

const restarts = (daemon: UnitRestarts['daemon'], ...minutesAgo: readonly number[]): UnitRestarts => ({
  daemon,
  unit: `${daemon}.service`,
  at: minutesAgo.map((ago) => NOW - ago * MINUTE),
});

describe('unit-restarts', () => {
  it.each([
    ['kubelet', 'FrequentKubeletRestart'],
    ['docker', 'FrequentDockerRestart'],
    ['containerd', 'FrequentContainerdRestart'],
  ] as const)('warns when systemd restarts %s too often', (daemon, type) => {
    expect(judge(restarts(daemon, 19, 10, 3, 2, 1))).toMatchObject([
      {
        verdict: 'warn',
        type,
        reason: type,
        subject: `${daemon}.service`,
        message: `systemd restarted ${daemon}.service 5 times within 20m`,
      },
    ]);
  });

  it('passes with fewer, and with older ones', () => {
    expect(judge(restarts('kubelet', 20, 10, 3, 2, 1), restarts('docker'))).toMatchObject([
      { verdict: 'pass', subject: 'kubelet.service', message: 'systemd restarted kubelet.service 4 times within 20m' },
      { verdict: 'pass', subject: 'docker.service' },
    ]);
  });

  it.each([
    ['nobody looks on', { kind: 'no-agent', why: 'only a running agent' }],
    ['there is no unit', { kind: 'agent', units: [] }],
  ] as const)('skips where %s', (_, history) => {
    expect(unitRestarts.evaluate({ history }, { now: NOW, settings })).toMatchObject([{ verdict: 'skip' }]);
  });
});

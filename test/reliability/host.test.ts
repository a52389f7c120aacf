import { describe, expect } from 'vitest';
import { isKind } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { DOCKER, KUBELET } from '../fakes/sim/node.ts';
import { fault } from './fault.ts';
import { rig } from './rig.ts';

const never = () => new Promise<never>(() => undefined);
const exited = (code: number, stderr: string) => ({ kind: 'exited', code, stdout: '', stderr, truncated: false }) as const;

describe('the host', () => {
  fault('systemctl-hangs', async () => {
    const at = await rig();
    at.node.trouble.run = async ([program], { deadline }) => {
      if (program !== 'systemctl') return undefined;
      await at.clock.sleep(deadline);
      return { kind: 'timed-out', after: deadline, stdout: '', stderr: '' };
    };
    at.node.trouble.control = async () => ({ kind: 'timed-out', after: 5000 });
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(2));

    expect(at.node.restarts(DOCKER)).toBe(0);
    expect(at.agent.latest()?.problems.map(({ reason }) => reason)).toContain('DockerHung');
    expect((await at.onDisk()).filter(isKind('outcome')).map(({ outcome }) => outcome)).not.toContain('succeeded');
  });

  fault('dbus-dead', async () => {
    const at = await rig();
    const dead = 'Failed to connect to bus: Connection refused';
    at.node.trouble.run = async ([program]) => (program === 'systemctl' ? exited(1, dead) : undefined);
    const refusal = Promise.resolve({ kind: 'failed', why: dead } as const);
    at.node.trouble.control = ({ kind }) => (kind === 'write-file' ? undefined : refusal);
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(2));

    expect(at.node.restarts(DOCKER)).toBe(0);
    expect(at.agent.latest()?.health).toBe('Critical');
    at.node.trouble.run = undefined;
    at.node.trouble.control = undefined;
    await at.clock.run(minutes(6));
    expect(at.node.restarts(DOCKER)).toBe(1);
  });

  fault('journald-dead', async () => {
    const at = await rig();
    at.node.trouble.run = ([program]) => (program === 'journalctl' ? never() : undefined);

    expect(await at.hangDocker(seconds(20))).toBe(true);
    await at.clock.run(seconds(40));
    expect(at.agent.latest()?.health).toBe('Healthy');
  });

  fault('clock-ahead', async () => {
    const at = await rig();
    await at.hangDocker();
    at.clock.jump(minutes(60));
    await at.clock.run(minutes(2));
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(1));

    expect(at.node.restarts(DOCKER)).toBe(1);
    expect(at.agent.latest()?.problems[0]?.next?.blockedBy).toContain('cooldown');
  });

  fault('clock-back', async () => {
    const at = await rig();
    await at.hangDocker();
    at.clock.jump(-minutes(60));
    await at.clock.run(minutes(1));
    expect(at.agent.latest()?.health).toBe('Healthy');
    await at.clock.run(minutes(6));
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(1));

    expect(at.node.restarts(DOCKER)).toBe(2);
  });

  fault('suspended', async () => {
    const at = await rig();
    for (let night = 0; night < 8; night += 1) {
      at.node.suspend(minutes(60));
      at.clock.jump(minutes(60));
      await at.clock.run(seconds(13));
    }
    await at.clock.run(minutes(1));

    expect(at.node.acts()).toEqual([]);
    expect(at.agent.latest()?.health).toBe('Healthy');
  });

  fault('starved', async () => {
    const at = await rig();
    at.node.files['/proc/pressure/cpu'] = 'some avg10=95.00 avg60=95.00 avg300=95.00 total=9\n';
    at.node.mood(DOCKER, 'starved');
    await at.clock.run(minutes(3));

    expect(at.node.acts()).toEqual([]);
    expect(at.agent.latest()?.problems.map(({ reason }) => reason)).toContain('DockerSlow');
    expect(at.agent.latest()?.problems.map(({ reason }) => reason)).not.toContain('DockerHung');
  });

  fault('busy', async () => {
    const at = await rig();
    at.node.mood(DOCKER, 'busy');
    await at.clock.run(minutes(1));

    expect(at.node.acts()).toEqual([]);
    expect(at.agent.latest()?.problems.map(({ reason }) => reason)).toContain('DockerSlow');
    await at.clock.run(minutes(1));
    expect(at.node.acts()).not.toContain(`SIGKILL ${DOCKER}`);
  });

  fault('probe-hangs', async () => {
    const at = await rig({ checks: { mounts: {}, 'uninterruptible-tasks': {}, 'eviction-signals': {} } });
    let asked = 0;
    at.node.trouble.criCall = () => {
      asked += 1;
      return never();
    };
    at.node.trouble.readFile = (path) => (path.startsWith('/proc/1/mountinfo') ? never() : undefined);
    await at.clock.run(minutes(1));
    const seen = at.agent.latest()?.checks.find(({ name }) => name === 'kubelet-health')?.lastRun ?? '';

    expect(at.clock.now() - Date.parse(seen)).toBeLessThanOrEqual(seconds(16));
    expect(asked).toBeLessThanOrEqual(3);
    expect(await at.hangDocker(seconds(40))).toBe(true);
  });

  fault('pod-fakes-healthz', async () => {
    const at = await rig();
    const dead = { activeState: 'failed', subState: 'failed', result: 'exit-code', pid: 0, startsAfter: 1000 };
    Object.assign(at.node.unit(KUBELET), dead);
    const pod = { pid: 999, parent: 1, name: 'kubelet', state: 'S', threads: 1, cpuTicks: 0, startTicks: 7, kernelThread: false };
    const init = { ...pod, pid: 1, parent: 0, name: 'systemd' };
    const group = `/kubepods/besteffort/pod0f7c1f5e-5f0a-4c63-9b8a-1d2e3f405162/${'ab'.repeat(32)}`;
    let fakes = true;
    at.node.trouble.processes = async () => (fakes ? { kind: 'processes', entries: [init, pod], truncated: false } : undefined);
    at.node.trouble.readFile = async (path) =>
      path === '/proc/999/cgroup' ? { kind: 'text', text: `0::${group}\n`, truncated: false } : undefined;
    at.node.trouble.httpGet = async ({ url }) =>
      url.endsWith(':10248/healthz') && fakes
        ? { kind: 'response', status: 200, headers: {}, body: 'ok', truncated: false, took: 1 }
        : undefined;
    await at.clock.until(() => at.node.acts().includes(`start ${KUBELET}`), minutes(2));

    expect(at.node.acts()).toContain(`start ${KUBELET}`);
    fakes = false;
  });

  fault('kubelet-stopped', async () => {
    const at = await rig();
    at.node.mood(KUBELET, 'stopped');
    await at.clock.until(() => at.node.restarts(KUBELET) > 0, seconds(25));
    await at.clock.run(minutes(1));

    expect(at.node.restarts(KUBELET)).toBe(1);
    expect(at.node.restarts(DOCKER)).toBe(0);
    expect(at.agent.latest()?.health).toBe('Healthy');
  });

  fault('person-stops-kubelet', async () => {
    const at = await rig();
    Object.assign(at.node.unit(KUBELET), { activeState: 'inactive', subState: 'dead', result: 'success', pid: 0, due: null });
    await at.clock.run(minutes(2));

    expect(at.node.acts()).toEqual([]);
    expect(at.agent.latest()?.problems.map(({ reason, severity }) => [reason, severity])).toEqual([['KubeletStopped', 'notice']]);
  });
});

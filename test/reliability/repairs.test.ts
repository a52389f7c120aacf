import { describe, expect } from 'vitest';
import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { DOCKER, KUBELET } from '../fakes/sim/node.ts';
import { fault } from './fault.ts';
import { linksRuns, type Rig, rig } from './rig.ts';

const restarts = ({ node }: Rig) => node.restarts(DOCKER);
const outcomes = (entries: readonly LedgerEntry[]) => entries.filter(isKind('outcome')).map(({ outcome }) => outcome);
const guards = ({ agent }: Rig) => agent.latest()?.problems[0]?.next?.blockedBy;

describe('a repair', () => {
  fault('killed-before-action', async () => {
    const at = await rig();
    let reached = false;
    at.node.trouble.control = (request) => {
      // Evidence is taken between the two.
      reached ||= request.kind === 'signal-unit' && request.signal === 'SIGUSR1';
      return undefined;
    };
    at.node.mood(DOCKER, 'hung');
    await at.clock.until(() => reached, seconds(30));
    at.agent.kill();
    const before = await at.onDisk();
    at.node.trouble.control = undefined;

    const next = await at.again();
    await at.clock.run(minutes(1));

    expect(outcomes(before)).toEqual([]);
    expect(before.filter(isKind('intent'))).toHaveLength(1);
    expect(outcomes(await at.onDisk())).toEqual(['interrupted', 'succeeded']);
    expect(restarts(at)).toBe(1);
    expect(next.latest()?.health).toBe('Healthy');
  });

  fault('killed-after-action', async () => {
    const at = await rig();
    await at.hangDocker();
    at.agent.kill();

    await at.again();
    await at.clock.run(minutes(2));

    expect(restarts(at)).toBe(1);
    expect(outcomes(await at.onDisk())).toEqual(['interrupted']);
    expect(at.node.unit(DOCKER).mood).toBe('well');
  });

  fault('killed-again-and-again', async () => {
    const at = await rig();
    at.node.unit(DOCKER).nextMood = 'hung';
    await at.hangDocker();
    at.agent.kill();
    for (let life = 0; life < 6; life += 1) {
      const agent = await at.again();
      await at.clock.run(seconds(150));
      agent.kill();
    }

    expect(restarts(at)).toBeLessThanOrEqual(3);
  });

  fault('next-rung-another-unit', async () => {
    const ladders = { 'ContainerRuntimeUnhealthy/DockerHung': ['restart-runtime', 'restart-kubelet'] } as const;
    const at = await rig({ config: { ladders }, before: linksRuns });
    at.node.unit(DOCKER).nextMood = 'hung';
    await at.hangDocker();

    // Without Leases there is one remedy in ten minutes.
    await at.clock.run(minutes(16));

    expect(outcomes(await at.onDisk())).toHaveLength(2);
    expect(at.node.restarts(KUBELET)).toBe(1);
    expect(at.agent.latest()?.problems.find(({ reason }) => reason === 'DockerHung')?.exhausted).toBe(true);
  });

  fault('rebooted', async () => {
    const at = await rig({ config: { remedies: { 'restart-runtime': { attempts: 1 } } } });
    at.node.unit(DOCKER).nextMood = 'hung';
    await at.hangDocker();
    at.agent.kill();

    await at.clock.run(seconds(10));
    at.node.reboot(minutes(6));
    const next = await at.again({ boot: 'boot-b' });
    await at.clock.run(minutes(1));

    expect(restarts(at)).toBe(1);
    expect(at.node.restarts(KUBELET)).toBe(0);
    expect(next.latest()?.problems[0]?.exhausted).toBe(true);
  });

  fault('sigterm-mid-repair', async () => {
    const at = await rig();
    await at.hangDocker();
    at.agent.end();
    let ended = false;
    void at.agent.daemon.ended.then(() => {
      ended = true;
    });

    await at.clock.until(() => ended, seconds(28));

    expect(ended).toBe(true);
    expect(restarts(at)).toBe(1);
    expect(outcomes(await at.onDisk())).toEqual(['interrupted']);
  });

  fault('pause-in-ladder', async () => {
    const at = await rig();
    // The kubelet answers, its relist does not go on: restarted only after a wait that spreads the fleet.
    const since = at.clock.now();
    at.node.trouble.relisted = () => since;
    await at.clock.until(() => at.agent.log.some(({ message }) => message === 'decision'), minutes(2));
    at.node.files['/etc/nodemend/pause'] = '2026-01-01T02:00:00Z somebody looks\n';
    await at.clock.run(minutes(1));

    expect(at.node.acts()).toEqual([]);
    expect(guards(at)).toContain('paused');
  });

  fault('healed-while-waiting', async () => {
    const at = await rig();
    const since = at.clock.now();
    at.node.trouble.relisted = () => since;
    await at.clock.until(() => at.agent.log.some(({ message }) => message === 'decision'), minutes(2));
    at.node.trouble.relisted = undefined;
    await at.clock.run(minutes(1));

    expect(at.node.acts()).toEqual([]);
    expect(outcomes(await at.onDisk())).toEqual([]);
  });

  fault('replaced-meanwhile', async () => {
    const at = await rig();
    at.node.trouble.control = ({ kind }) => {
      // systemd restarts it while evidence is taken.
      if (kind === 'signal-unit' && restarts(at) === 0)
        Object.assign(at.node.unit(DOCKER), { pid: 4711, mood: 'well', startedAt: at.node.up() });
      return undefined;
    };
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(2));

    expect(restarts(at)).toBe(0);
    expect(outcomes(await at.onDisk())).toEqual(['refused']);
  });

  fault('died-meanwhile', async () => {
    const at = await rig();
    at.node.trouble.control = ({ kind }) => {
      const dead = { activeState: 'failed', subState: 'failed', result: 'signal', pid: 0 };
      if (kind === 'signal-unit') Object.assign(at.node.unit(DOCKER), dead);
      return undefined;
    };
    at.node.mood(DOCKER, 'hung');
    await at.clock.run(minutes(7));

    expect(restarts(at)).toBe(0);
    expect(at.node.acts()).toContain(`start ${DOCKER}`);
    expect(at.agent.latest()?.health).toBe('Healthy');
  });

  fault('unit-deactivating', async () => {
    const at = await rig();
    at.node.unit(DOCKER).mood = 'hung';
    Object.assign(at.node.unit(DOCKER), { activeState: 'deactivating', due: { at: at.node.up() + 90_000, to: 'ended' } });
    await at.clock.run(minutes(4));

    expect(at.node.acts()).toEqual([]);
    expect(at.agent.latest()?.health).toBe('Healthy');
  });

  fault('unit-activating', async () => {
    const at = await rig();
    Object.assign(at.node.unit(DOCKER), { activeState: 'activating', subState: 'auto-restart', pid: 0, due: null });
    await at.clock.run(minutes(2));

    expect(at.node.acts()).toEqual([]);
  });

  fault('flapping', async () => {
    const at = await rig();
    let odd = false;
    at.node.trouble.httpGet = async ({ socketPath }) => {
      if (socketPath === undefined) return undefined;
      odd = !odd;
      return odd ? { kind: 'refused' } : undefined;
    };
    await at.clock.run(minutes(4));

    expect(restarts(at)).toBeLessThanOrEqual(2);
    expect((await at.onDisk()).length).toBeLessThanOrEqual(60);
  });

  fault('two-causes', async () => {
    const at = await rig({ before: (node) => (node.files['/etc/nodemend/pause'] = '2026-01-01T00:02:00Z\n') });
    await at.hangDocker(seconds(90));
    expect(at.agent.latest()?.problems.map(({ type }) => type)).toEqual(['ContainerRuntimeUnhealthy', 'PLEGUnhealthy']);
    await at.clock.run(minutes(3));

    expect(restarts(at)).toBe(1);
    expect(at.node.acts()).not.toContain(`restart ${KUBELET}`);
  });
});

import { describe, expect } from 'vitest';
import { minutes, seconds } from '../../lib/model/units.ts';
import { fakeApi } from '../fakes/kube-api.ts';
import { DOCKER } from '../fakes/sim/node.ts';
import { fault } from './fault.ts';
import { type ApiRig, rigWithApi } from './rig.ts';

const HEALTH = 'nodemend.io/health';
const NODE = '/api/v1/nodes/node-a';
const PATCH = `PATCH ${NODE}/status`;
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  () => ({
    status: code,
    headers,
    body: { kind: 'Status', code, message: `said ${code}` },
  });

async function heals({ hangDocker, node, clock, agent }: ApiRig, within = seconds(18)) {
  expect(await hangDocker(within)).toBe(true);
  await clock.run(seconds(40));
  expect(node.restarts(DOCKER)).toBe(1);
  expect(agent.latest()?.health).toBe('Healthy');
}

const warnings = ({ agent }: ApiRig) =>
  agent.log.filter(({ message }) => message === 'node not written').map(({ fields }) => fields);

describe('the API server', () => {
  fault('api-hangs', async () => {
    const rig = await rigWithApi({ trouble: () => 'hang', patience: 30 });

    await heals(rig);

    expect(rig.api.calls().length).toBeLessThanOrEqual(15);
    expect(rig.api.server.connections().open).toBeLessThanOrEqual(2);
  });

  fault('api-403', async () => {
    const rig = await rigWithApi({ trouble: status(403) });
    await rig.clock.run(minutes(7));
    expect(rig.api.calls().length).toBe(1);

    await heals(rig);

    expect(warnings(rig)).toEqual([{ result: 'forbidden', why: 'said 403' }]);
  });

  fault('api-409', async () => {
    let conflicts = 2;
    const rig = await rigWithApi({
      trouble: ({ method }) => (method === 'PATCH' && conflicts-- > 0 ? status(409)() : undefined),
    });
    await rig.clock.run(seconds(30));

    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
    const get = `GET ${NODE}`;
    expect(rig.api.calls()).toEqual([get, PATCH, get, PATCH, get, PATCH]);
  });

  fault('api-429', async () => {
    const rig = await rigWithApi({ trouble: status(429, { 'retry-after': '120' }) });
    await rig.clock.run(seconds(100));
    expect(rig.api.calls()).toHaveLength(1);

    rig.api.trouble = undefined;
    await rig.clock.run(seconds(40));

    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
  });

  fault('api-500', async () => {
    const rig = await rigWithApi({ trouble: status(500) });
    await rig.clock.run(minutes(5));
    const early = rig.api.calls().length;
    await rig.clock.run(minutes(5));
    expect(rig.api.calls().length - early).toBeLessThanOrEqual(10);

    await heals(rig);
    rig.api.trouble = undefined;
    const before = rig.api.calls().length;
    await rig.clock.run(minutes(2));

    expect(
      rig.api
        .calls()
        .slice(before)
        .filter((call) => call === PATCH),
    ).toHaveLength(1);
    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
  });

  fault('api-garbage', async () => {
    const rig = await rigWithApi({ trouble: () => ({ status: 200, body: '<html>Sign in</html>' }) });

    await heals(rig);

    expect(warnings(rig)[0]).toEqual({ result: 'failed', why: 'the answer is not JSON' });
    expect(rig.agent.log.some(({ level }) => level === 'error')).toBe(false);
  });

  fault('api-huge', async () => {
    const rig = await rigWithApi({ trouble: () => ({ status: 200, body: { kind: 'Node', pad: 'x'.repeat(20_000_000) } }) });

    expect(warnings(rig)[0]).toMatchObject({ result: 'failed' });
    expect(rig.api.calls().every((call) => call === `GET ${NODE}`)).toBe(true);
    rig.api.trouble = undefined;
    await rig.clock.run(minutes(1));
    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
  });

  fault('api-cut', async () => {
    const rig = await rigWithApi({ trouble: ({ method }) => (method === 'PATCH' ? 'cut' : undefined) });
    expect(warnings(rig)[0]).toMatchObject({ result: 'failed' });

    rig.api.trouble = undefined;
    await rig.clock.run(minutes(1));

    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
  });

  fault('api-redirect', async () => {
    const other = await fakeApi();
    const rig = await rigWithApi({ trouble: status(307, { location: `${other.url}${NODE}` }) });
    await rig.clock.run(minutes(2));
    await other.close();

    expect(other.connections().made).toBe(0);
    expect(warnings(rig)[0]).toMatchObject({ result: 'refused' });
  });

  fault('api-lost-answers', async () => {
    const rig = await rigWithApi();
    rig.api.lost = true;
    await rig.hangDocker();
    await rig.clock.run(seconds(30));
    rig.api.lost = false;
    await rig.clock.run(minutes(3));

    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
    expect([...rig.api.events.values()].map(({ reason }) => reason)).not.toContain('ConditionOfAnother');
    expect(rig.api.condition('ContainerRuntimeUnhealthy')?.status).toBe('False');
  });
});

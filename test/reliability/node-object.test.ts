import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { clusterClient } from '../../lib/kube/client.ts';
import { minutes } from '../../lib/model/units.ts';
import { pkiPath, type Reply } from '../fakes/kube-api.ts';
import type { NodeApi } from '../fakes/node-api.ts';
import type { VirtualClock } from '../fakes/sim/clock.ts';
import { DOCKER } from '../fakes/sim/node.ts';
import { CA, identityOptions, temporaryDirectory, writeKubeconfig } from '../kube/kubeconfig-files.ts';
import { fault } from './fault.ts';
import { rigWithApi } from './rig.ts';

const HEALTH = 'nodemend.io/health';
const NODE = '/api/v1/nodes/node-a';
const TYPE = 'ContainerRuntimeUnhealthy';
const gone: Reply = { status: 404, body: { kind: 'Status', message: 'nodes "node-a" not found' } };

/** What an API server has of a node that is well. */
function served(api: NodeApi, clock: VirtualClock, path: string): Reply {
  const time = (ago: number) => new Date(clock.now() - ago).toISOString().replace(/\.\d+Z$/, 'Z');
  if (path.startsWith('/apis/coordination')) {
    const spec = { holderIdentity: 'node-a', leaseDurationSeconds: 40, renewTime: time(3000) };
    return { status: 200, body: { kind: 'Lease', spec } };
  }
  if (path.startsWith('/api/v1/pods')) return { status: 200, body: { kind: 'PodList', items: [] } };
  if (path !== NODE) return { status: 404, body: {} };
  const times = { lastHeartbeatTime: time(20_000), lastTransitionTime: time(9_000_000) };
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', ...times };
  const status = { conditions: [ready, ...api.conditions.values()], allocatable: { cpu: '2', memory: '4Gi' } };
  return { status: 200, body: { kind: 'Node', metadata: { name: 'node-a', annotations: api.annotations }, spec: {}, status } };
}

describe('the Node', () => {
  fault('certificate-rotated', async () => {
    const directory = temporaryDirectory();
    const place = (from: string) => {
      for (const kind of ['crt', 'key']) {
        copyFileSync(pkiPath(`${from}.${kind}`), join(directory, `new.${kind}`));
        renameSync(join(directory, `new.${kind}`), join(directory, `client.${kind}`));
      }
    };
    place('client');
    const user = [`client-certificate: ${directory}/client.crt`, `client-key: ${directory}/client.key`];
    const rig = await rigWithApi({
      client: ({ server }) =>
        clusterClient(identityOptions(writeKubeconfig({ server: server.url, cluster: CA, user }, directory))),
    });
    const old = rig.api.server.requests.at(-1)?.serial;
    rig.api.trouble = ({ serial }) => (serial === old ? { status: 401, body: { message: 'Unauthorized' } } : undefined);
    const before = rig.api.calls().length;

    place('client-rotated');
    await rig.hangDocker();
    await rig.clock.run(minutes(1));

    expect(rig.api.server.requests.slice(before).map(({ serial }) => serial)).not.toContain(old);
    expect(rig.api.annotations['nodemend.io/last-remedy']).toContain('restart-runtime succeeded');
  });

  fault('wrong-node', async () => {
    const nodeInfo = { systemUUID: 'another', machineID: 'ffffffffffffffffffffffffffffffff' };
    const rig = await rigWithApi({
      trouble: ({ method, path }) =>
        method === 'GET' && path === NODE
          ? { status: 200, body: { kind: 'Node', metadata: { name: 'node-a' }, spec: {}, status: { nodeInfo, conditions: [] } } }
          : undefined,
    });

    expect(await rig.hangDocker(minutes(3))).toBe(false);

    expect(rig.node.acts()).toEqual([]);
    expect(rig.agent.latest()?.problems[0]?.next?.blockedBy).toEqual(['wrong-node']);
    expect(rig.api.calls().filter((call) => call.startsWith('PATCH'))).toEqual([]);
  });

  fault('node-deleted', async () => {
    const rig = await rigWithApi();
    rig.api.trouble = ({ path }) => (path.startsWith(NODE) ? gone : undefined);
    rig.api.conditions.clear();
    delete rig.api.annotations[HEALTH];
    const before = rig.api.calls().length;

    await rig.hangDocker();
    await rig.clock.run(minutes(10));
    const asked = rig.api.calls().slice(before);
    rig.api.trouble = undefined;
    await rig.clock.run(minutes(2));

    expect(rig.node.restarts(DOCKER)).toBe(1);
    expect(asked.filter((call) => call.includes('/nodes')).length).toBeLessThanOrEqual(40);
    expect(asked.filter((call) => call.startsWith('POST /api/v1/nodes'))).toEqual([]);
    expect(rig.api.annotations[HEALTH]).toBe('Healthy');
  });

  fault('foreign-condition', async () => {
    const theirs = { type: TYPE, status: 'False', reason: 'Another', message: 'of another agent' };
    const rig = await rigWithApi({
      prepare(api, clock) {
        api.trouble = () => {
          const lastHeartbeatTime = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
          api.conditions.set(TYPE, { ...theirs, lastHeartbeatTime });
          return undefined;
        };
      },
    });
    await rig.hangDocker();
    await rig.clock.run(minutes(12));

    expect(rig.api.condition(TYPE)).toMatchObject(theirs);
    expect(rig.api.server.requests.filter(({ body }) => body.includes(`"type":"${TYPE}","`))).toEqual([]);
    expect([...rig.api.events.values()].filter(({ reason }) => reason === 'ConditionOfAnother')).toHaveLength(1);
    expect(rig.api.condition('PLEGUnhealthy')?.status).toBe('False');
  });

  fault('api-outage-of-hours', async () => {
    const slowly = { interval: '60s' };
    const off = { enabled: false };
    const checks = { 'container-runtime': slowly, 'kubelet-health': off, 'pleg-health': off };
    const rig = await rigWithApi({ checks });
    rig.api.trouble = () => 'reset';
    const before = rig.api.server.connections().made;
    for (const _ of ['first', 'second']) {
      await rig.clock.run(minutes(20));
      expect(await rig.hangDocker(minutes(2))).toBe(true);
    }
    await rig.clock.run(minutes(140));
    const tried = rig.api.server.connections().made - before;
    rig.api.trouble = undefined;
    const mark = rig.api.calls().length;
    await rig.clock.run(minutes(4));

    expect(rig.node.restarts(DOCKER)).toBe(2);
    expect(rig.agent.latest()?.health).toBe('Healthy');
    expect(rig.api.calls().slice(mark)).toEqual([`GET ${NODE}`, `PATCH ${NODE}/status`]);
    expect([...rig.api.events.values()]).toEqual([]);
    expect(tried).toBeLessThanOrEqual(2 * 180);
  });

  fault('api-traffic', async () => {
    const rig = await rigWithApi({
      checks: 'all',
      prepare(api, clock) {
        api.trouble = ({ method, path }) => (method === 'GET' ? served(api, clock, path) : undefined);
      },
    });
    await rig.clock.run(minutes(5));
    const before = rig.api.calls().length;
    await rig.clock.run(minutes(30));

    const calls = rig.api.calls().slice(before);
    const count = (part: string) => calls.filter((call) => call.includes(part)).length;
    expect(count('PATCH')).toBeLessThanOrEqual(8);
    expect(count('/pods')).toBeLessThanOrEqual(7);
    expect(count('watch')).toBe(0);
    expect(rig.api.server.connections().open).toBeLessThanOrEqual(1);
  });
});

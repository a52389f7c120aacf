import { describe, expect, it } from 'vitest';
import type { Snapshot, Tidings } from '../../lib/model/snapshot.ts';
import { minutes } from '../../lib/model/units.ts';
import { type NodeStatusOptions, nodeStatusReporter } from '../../lib/reporters/node-status.ts';
import type { Reply } from '../fakes/kube-api.ts';
import { type NodeApi, nodeApi } from '../fakes/node-api.ts';
import { checkState, problemState, snapshot, tidings } from '../fakes/tidings.ts';

const TYPE = 'ContainerRuntimeUnhealthy';
const GET = 'GET /api/v1/nodes/node-a';
const PATCH = 'PATCH /api/v1/nodes/node-a/status';

function reporterOf(api: NodeApi, options: Partial<NodeStatusOptions> = {}) {
  const results: string[] = [];
  const reporter = nodeStatusReporter({
    cluster: api.cluster,
    nodeName: async () => 'node-a',
    conditionAfter: minutes(2),
    random: () => 1,
    onWrite: (result) => results.push(result),
    ...options,
  });
  const tell = async (news: Tidings) => {
    await reporter.report(news);
    await reporter.settled();
  };
  return { reporter, results, at: (after: number, changes: Partial<Snapshot> = {}) => tell(tidings(after, changes)) };
}

const young = { health: 'Unknown', checks: [checkState({ status: 'unknown', lastRun: null })] } as const;
const sick = (state: Parameters<typeof problemState>[0] = {}): Partial<Snapshot> => ({
  health: 'Critical',
  problems: [problemState(state)],
});

describe('node-status', () => {
  it('reads once, then writes annotations and conditions in one patch', async () => {
    const api = await nodeApi();
    const { at, results } = reporterOf(api);

    await at(0);

    expect(api.calls()).toEqual([GET, PATCH]);
    expect(api.annotations['nodemend.io/health']).toBe('Healthy');
    expect(api.condition(TYPE)).toMatchObject({
      status: 'False',
      reason: 'ContainerRuntimeIsHealthy',
      lastHeartbeatTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    expect(results).toEqual(['written']);
  });

  it('says nothing before every check has run, unless something is wrong or it takes too long', async () => {
    const [silent, late, hurt] = [await nodeApi(), await nodeApi(), await nodeApi()];
    const patient = reporterOf(silent);
    for (const after of [0, 10, 29]) await patient.at(after, young);
    const slow = reporterOf(late);
    for (const after of [0, 30]) await slow.at(after, young);
    await reporterOf(hurt).at(0, { ...sick(), checks: young.checks });

    expect(silent.calls()).toEqual([]);
    expect(late.annotations['nodemend.io/health']).toBe('Unknown');
    expect(hurt.annotations['nodemend.io/health']).toBe('Critical');
  });

  it('writes nothing for an hour of health but one patch in five minutes', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);

    for (let after = 0; after <= 3600; after += 10) await at(after);

    expect(api.calls()).toEqual([GET, ...Array(13).fill(PATCH)]);
    expect(api.condition(TYPE)).toMatchObject({
      lastHeartbeatTime: '2026-01-01T01:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
  });

  it('asks for nothing between two heartbeats of a node that is well, and plans again for what may change', async () => {
    const api = await nodeApi();
    let asked = 0;
    const { at } = reporterOf(api, {
      nodeName: async () => {
        asked += 1;
        return 'node-a';
      },
    });
    for (let after = 0; after <= 200; after += 10) await at(after);
    const [calm, unable] = [asked, { checks: [checkState({ status: 'unknown' })] }];

    for (const after of [210, 220, 230]) await at(after, unable);

    expect([calm, asked - calm]).toEqual([2, 3]);
  });

  it('puts right what others did to the Node as soon as the answer to its heartbeat shows it', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);
    for (let after = 0; after <= 200; after += 10) await at(after);
    api.conditions.delete(TYPE);

    for (let after = 210; after <= 310; after += 10) await at(after);

    expect(api.condition(TYPE)).toMatchObject({ status: 'False', reason: 'ContainerRuntimeIsHealthy' });
  });

  it('takes over a condition when the other writer of it has been silent for 15 minutes', async () => {
    const api = await nodeApi();
    const theirs = { type: TYPE, status: 'False', reason: 'Theirs', message: 'm', lastHeartbeatTime: '2026-01-01T00:00:00Z' };
    api.conditions.set(TYPE, theirs);
    const { at } = reporterOf(api);

    for (let after = 0; after <= 890; after += 10) await at(after);
    expect(api.condition(TYPE)).toEqual(theirs);
    await at(900);

    expect(api.condition(TYPE)).toMatchObject({ status: 'False', reason: 'ContainerRuntimeIsHealthy' });
  });

  it('beats earlier by chance, so that a fleet does not beat at once', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api, { random: () => 0 });

    for (const after of [0, 230, 241, 250]) await at(after);

    expect(api.calls()).toEqual([GET, PATCH, PATCH]);
    expect(api.condition(TYPE)?.lastHeartbeatTime).toBe('2026-01-01T00:04:01Z');
  });

  it('does not write for numbers that move, nor for a suspicion', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);
    await at(0, sick());
    await at(10, sick({ message: 'docker has not answered for 19 s', standsMs: 19_000 }));
    await at(20, { ...sick(), problems: [problemState(), problemState({ subject: 'b', state: 'suspected' })] });

    expect(api.calls()).toEqual([GET, PATCH]);
  });

  it('tells what comes while a patch is on its way right after it', async () => {
    const api = await nodeApi();
    const { reporter, at } = reporterOf(api);
    await at(0);

    await reporter.report(tidings(10, sick({ localRungToCome: true })));
    await reporter.report(tidings(10, sick({ localRungToCome: false })));
    await reporter.settled();

    expect(api.condition(TYPE)?.status).toBe('True');
    expect(api.calls()).toEqual([GET, PATCH, PATCH, PATCH]);
  });

  it('shows a problem that is being repaired at once as annotation, as condition after two minutes', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);
    const repaired = sick({ localRungToCome: true });
    await at(0);
    await at(10, repaired);
    expect(api.annotations['nodemend.io/health']).toBe('Critical');
    expect(api.condition(TYPE)?.status).toBe('False');

    await at(129, repaired);
    expect(api.condition(TYPE)?.status).toBe('False');
    await at(130, repaired);

    expect(api.condition(TYPE)).toMatchObject({
      status: 'True',
      reason: 'DockerHung',
      lastTransitionTime: '2026-01-01T00:02:10Z',
    });
    expect(api.calls().length).toBe(4);
  });

  it('shows it at once when the ladder is exhausted, and clears it when it is over', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);
    await at(0, sick({ localRungToCome: true }));
    await at(30, sick({ exhausted: true }));
    expect(api.condition(TYPE)?.status).toBe('True');

    await at(90);

    expect(api.condition(TYPE)).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-01T00:01:30Z' });
    expect(api.annotations['nodemend.io/health']).toBe('Healthy');
  });

  it('keeps a True of the agent before it, with its transition, while the problem stands', async () => {
    const api = await nodeApi();
    await reporterOf(api).at(0, sick());

    const { at } = reporterOf(api);
    for (const after of [60, 90]) await at(after, young);
    expect(api.condition(TYPE)).toMatchObject({ status: 'True', lastHeartbeatTime: '2026-01-01T00:01:30Z' });
    await at(91, sick({ state: 'suspected' }));
    await at(92, sick({ localRungToCome: true }));

    expect(api.condition(TYPE)).toMatchObject({ status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' });
  });

  it('leaves a type alone that another writer heartbeats, says so once, and never removes it', async () => {
    const api = await nodeApi();
    const theirs = { type: TYPE, status: 'False', reason: 'Theirs', message: 'm', lastHeartbeatTime: '2026-01-01T00:00:00Z' };
    api.conditions.set(TYPE, theirs);
    const foreign: string[] = [];
    const { at, reporter } = reporterOf(api, { onForeign: (type) => foreign.push(type) });

    await at(10);
    await at(20, sick());
    await at(30, { checks: [] });
    await reporter.withdraw();

    expect(api.condition(TYPE)).toEqual(theirs);
    expect(foreign).toEqual([TYPE]);
  });

  it('steps back when another writer begins while it runs', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);
    await at(0);
    api.conditions.set(TYPE, { ...api.condition(TYPE), type: TYPE, status: 'True', reason: 'Theirs' });
    await at(300);
    await at(310, sick());

    expect(api.condition(TYPE)).toMatchObject({ status: 'True', reason: 'Theirs', lastHeartbeatTime: '2026-01-01T00:05:00Z' });
  });

  it('does not take a write of its own for another writer, when it was heard and its answer was lost', async () => {
    const api = await nodeApi();
    const foreign: string[] = [];
    const { at } = reporterOf(api, { onForeign: (type) => foreign.push(type) });
    await at(0);
    api.lost = true;
    await at(10, { ...sick({ exhausted: true }), checks: [checkState({ status: 'fail' })] });
    expect(api.condition(TYPE)?.status).toBe('True');
    await at(80, sick({ exhausted: true, message: 'not heard' }));
    api.lost = false;
    await at(200);

    expect(foreign).toEqual([]);
    expect(api.condition(TYPE)?.status).toBe('False');
  });

  it('removes a condition whose check was switched off', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);
    await at(0, { checks: [checkState(), checkState({ name: 'pleg-health', conditions: ['PLEGUnhealthy'] })] });
    await at(60, { checks: [checkState()] });

    expect([...api.conditions.keys()]).toEqual([TYPE]);
  });

  it('does not become a stream of writes when a problem flaps', async () => {
    const api = await nodeApi();
    const { at } = reporterOf(api);

    for (let after = 0; after < 600; after += 5) await at(after, (after / 5) % 2 === 0 ? {} : sick());

    expect(api.calls().filter((call) => call === PATCH).length).toBeLessThan(30);
  });

  const never: Reply = { status: 403, body: { message: 'nodes "node-a" is forbidden' } };
  it.each<[string, Reply, string]>([
    ['is forbidden', never, 'forbidden'],
    ['is throttled', { status: 429, body: {}, headers: { 'retry-after': '3' } }, 'throttled'],
    ['meets another writer', { status: 409, body: {} }, 'conflict'],
    ['breaks', { status: 500, body: 'oops' }, 'failed'],
    ['answers garbage', { status: 200, body: '<html>' }, 'failed'],
    ['answers another kind', { status: 200, body: { kind: 'Status' } }, 'failed'],
    ['resets the connection', 'reset', 'failed'],
    ['has lost the Node', { status: 404, body: {} }, 'absent'],
  ])('delivers later when the server %s', async (_, reply, result) => {
    const api = await nodeApi();
    const { at, results } = reporterOf(api);
    await at(0);
    api.trouble = () => reply;
    await at(10, sick());
    api.trouble = undefined;
    await at(1000, sick());

    expect(results).toEqual(['written', result, 'written']);
    expect(api.annotations['nodemend.io/health']).toBe('Critical');
  });

  it('asks again less and less often, and writes one report after an outage of hours', async () => {
    const api = await nodeApi();
    const { at, results } = reporterOf(api);
    await at(0);
    api.trouble = () => 'reset';
    for (let after = 10; after < 7200; after += 5) await at(after, after < 3600 ? sick() : {});
    const asked = results.length;
    api.trouble = undefined;
    const before = api.calls().length;
    for (let after = 7200; after < 7270; after += 5) await at(after, sick());

    expect(asked).toBeLessThan(140);
    expect(api.calls().slice(before)).toEqual([GET, PATCH]);
    expect(api.condition(TYPE)?.status).toBe('True');
  });

  it('does not write to a Node that belongs to another machine', async () => {
    const api = await nodeApi();
    const { at, results } = reporterOf(api, { refuse: () => 'its machine ID is another’s' });
    await at(0);
    await at(10, sick());

    expect(api.calls()).toEqual([GET]);
    expect(results).toEqual(['another-machine']);
  });

  it('hands over the Node as each answer has it', async () => {
    const api = await nodeApi();
    const nodes: unknown[] = [];
    const { at } = reporterOf(api, { onNode: (node) => nodes.push(node) });
    api.annotations['nodemend.io/pause'] = 'true';
    await at(0);

    expect(nodes).toHaveLength(2);
    expect(nodes[1]).toMatchObject({
      metadata: { annotations: { 'nodemend.io/pause': 'true', 'nodemend.io/health': 'Healthy' } },
    });
  });

  it('is quiet on a host that has joined no cluster', async () => {
    const api = await nodeApi();
    const { at, reporter } = reporterOf(api, { nodeName: async () => undefined });
    await at(0, sick());

    expect(await reporter.withdraw()).toBe(false);
    expect(api.calls()).toEqual([]);
  });

  it('takes back everything of its own, in a process of its own', async () => {
    const api = await nodeApi();
    api.conditions.set('Ready', { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' });
    api.annotations['nodemend.io/pause'] = 'true';
    const lastRemedy = { remedy: 'restart-runtime', problem: 'x', at: '2026-01-01T00:00:00Z', message: '' };
    await reporterOf(api).at(0, { lastRemedy });
    expect(api.annotations['nodemend.io/last-remedy']).toContain('restart-runtime');

    expect(await reporterOf(api).reporter.withdraw()).toBe(true);
    expect([...api.conditions.keys()]).toEqual(['Ready']);
    expect(api.annotations).toEqual({ 'nodemend.io/pause': 'true' });
  });

  it('delivers what it was told last before the agent ends', async () => {
    const api = await nodeApi();
    const { reporter } = reporterOf(api);
    const first = reporter.report(tidings(0));
    const last = reporter.report({ ...tidings(1), snapshot: snapshot({ ...sick() }) });
    await Promise.all([first, last]);
    await reporter.close?.(AbortSignal.timeout(5000));

    expect(api.annotations['nodemend.io/health']).toBe('Critical');
  });

  it('does not wait for a server that hangs when the agent ends', async () => {
    const api = await nodeApi();
    api.trouble = () => 'hang';
    const { reporter } = reporterOf(api);
    await reporter.report(tidings(0));

    await expect(reporter.close?.(AbortSignal.timeout(50))).resolves.toBeUndefined();
  });
});

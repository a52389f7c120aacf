import { describe, expect, it, vi } from 'vitest';
import { type FleetParts, type FleetRequest, openFleet } from '../../agent/fleet.ts';
import { openFleetLease } from '../../agent/fleet-lease.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { type LeaseApi, lease, leaseApi } from '../fakes/lease-api.ts';
import { problemState, START, tidings } from '../fakes/tidings.ts';

const share = (count: number, ratio = 0) => ({ count, ratio });
const LIMITS = {
  maxConcurrent: share(1),
  perZone: share(1),
  unhealthy: share(2, 0.3),
  sameReason: share(5, 0.02),
  within: minutes(10),
};

interface World {
  readonly api: LeaseApi;
  /** Milliseconds since START, on every clock. */
  at: number;
  /** Our wall clock is ahead by this. */
  skew: number;
  readonly entries: LedgerEntry[];
}

async function world(parts: Partial<FleetParts> = {}, api?: LeaseApi, name = 'us', claimedElsewhere = () => false) {
  const state: Omit<World, 'api'> = { at: 0, skew: 0, entries: [] };
  const served = api ?? (await leaseApi(() => START + state.at));
  // No two looks at a real one give the same, and none a whole number.
  let ticks = 0;
  const monotonic = () => {
    ticks += 0.001;
    return state.at + ticks;
  };
  const clock = { now: () => START + state.at + state.skew, monotonic, sleep: async () => undefined };
  const common = { cluster: served.cluster, clock, random: () => 0.5 };
  const own = openFleetLease({
    ...common,
    nodeName: async () => name,
    node: () => ({ zone: 'a', uid: 'u-1' }),
    counts: () => true,
    claimedElsewhere,
  });
  const fleet = openFleet({
    ...common,
    access: async () => ({ node: name }),
    zone: () => 'a',
    limits: () => LIMITS,
    lease: own,
    entries: () => state.entries,
    moment: () => ({ boot: 'b', up: state.at }),
    ...parts,
  });
  const request = (changes: Partial<FleetRequest> = {}): FleetRequest => ({
    remedy: 'restart-runtime',
    reason: 'DockerHung',
    disruption: 'local',
    stood: seconds(10),
    since: clock.now() - seconds(10),
    dead: false,
    controlPlane: false,
    ...changes,
  });
  const holds = async (changes: Partial<FleetRequest> = {}) => (await fleet.holds(request(changes))).map(({ id }) => id);
  const why = async (changes: Partial<FleetRequest> = {}) => (await fleet.holds(request(changes))).map((hold) => hold.why).join();
  return Object.assign(state, { api: served, own, fleet, holds, why });
}

const recent = { since: START - seconds(30), seenAt: START - seconds(5) };
const put = (api: LeaseApi, names: readonly string[], labels = {}, times = recent) => {
  for (const name of names) api.leases.set(name, lease(name, labels, times));
};
const names = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
const lists = (api: LeaseApi) => api.calls().filter((call) => call.startsWith('GET') && call.includes('/leases'));
const attempt = (up: number): LedgerEntry => ({
  kind: 'intent',
  action: `a${up}`,
  incident: 'i',
  type: 'T',
  remedy: 'r',
  rung: 0,
  disruption: 'local',
  plan: [{}],
  by: 'agent',
  at: 0,
  boot: 'b',
  up,
  seq: up,
});

describe('a local remedy', () => {
  it('asks one question, and does not count the nodes for nothing', async () => {
    const { api, holds } = await world();
    put(api, ['n1']);

    expect(await holds()).toEqual([]);
    expect(api.calls()).toEqual(['GET /apis/coordination.k8s.io/v1/namespaces/nodemend/leases?limit=250']);
  });

  it('is stopped by the breaker, which then is not asked again at once', async () => {
    const state = await world();
    put(state.api, ['n1', 'n2', 'us']);

    expect(await state.holds()).toEqual(['fleet-breaker']);
    expect(await state.holds()).toEqual(['fleet-breaker']);
    expect(lists(state.api)).toHaveLength(1);
    expect(state.api.calls()).toContain('GET /api/v1/nodes?limit=1');

    state.at = seconds(20);
    state.api.leases.clear();
    expect(await state.holds()).toEqual([]);
  });

  it('is not stopped in a large cluster, by the number of nodes', async () => {
    const { api, holds } = await world();
    api.nodes = { a: 40, b: 60 };
    put(api, names(4));

    expect(await holds()).toEqual([]);
  });

  it('starts a dead unit all the same', async () => {
    const { api, holds } = await world();
    put(api, names(9));

    expect(await holds({ dead: true })).toEqual([]);
  });

  it('goes on when a person has reset the breaker, also at once', async () => {
    const state = await world();
    put(state.api, names(9));
    expect(await state.holds()).toEqual(['fleet-breaker']);

    state.entries.push({ kind: 'reset', of: 'breaker', by: 'root', at: 0, boot: 'b', up: 0, seq: 1 });

    expect(await state.holds()).toEqual([]);
  });

  it('counts by the server’s clock: ours may be an hour off', async () => {
    const state = await world();
    put(state.api, ['n1', 'n2']);
    state.skew = minutes(60);

    expect(await state.holds()).toEqual(['fleet-breaker']);
  });

  it('reads thousands of Leases page by page', async () => {
    const { api, holds } = await world();
    api.nodes = { a: 20_000 };
    put(api, names(1200), { 'nodemend.io/reason': 'Other' });

    expect(await holds()).toEqual([]);
    expect(lists(api)).toHaveLength(5);
  });

  it('stops after the first page where that tells of more than are ever read', async () => {
    const { api, holds } = await world();
    api.nodes = { a: 20_000 };
    put(api, names(6000), { 'nodemend.io/reason': 'Other' });

    expect(await holds()).toEqual(['fleet-breaker']);
    expect(lists(api)).toHaveLength(1);
  });

  it('stops reading somewhere where the server does not tell how many there are', async () => {
    const { api, holds } = await world();
    put(api, names(6000), { 'nodemend.io/reason': 'Other' });
    api.counts = false;

    expect(await holds()).toEqual(['fleet-breaker']);
    expect(lists(api)).toHaveLength(20);
  });
});

describe('without the others', () => {
  it.each<[string, (api: LeaseApi) => void]>([
    ['no right', (api) => Object.assign(api, { trouble: () => ({ status: 403, body: { kind: 'Status' } }) })],
    ['an error', (api) => Object.assign(api, { trouble: () => ({ status: 500, body: 'oops' }) })],
    ['garbage', (api) => Object.assign(api, { trouble: () => ({ status: 200, body: '<html>' }) })],
    [
      'another kind of object',
      (api) => Object.assign(api, { trouble: () => ({ status: 200, body: { kind: 'PodList', items: [] } }) }),
    ],
    ['a client that throws', (api) => Object.assign(api.cluster, { apiGet: () => Promise.reject(new Error('x')) })],
    ['a connection that breaks', (api) => Object.assign(api, { trouble: () => 'reset' })],
  ])('%s: the ledger’s own budget', async (_, breakIt) => {
    const state = await world();
    breakIt(state.api);

    expect(await state.holds()).toEqual([]);
    state.entries.push(attempt(0));
    expect(await state.holds()).toEqual(['fleet-budget']);
    expect(await state.holds({ disruption: 'workload' })).toEqual(['fleet-budget']);
    state.at = minutes(10);
    expect(await state.holds()).toEqual([]);
  });

  it('a server that accepts and never answers is waited for once', async () => {
    const state = await world({ deadline: 300 });
    state.api.trouble = () => 'hang';
    const asked = vi.spyOn(state.api.cluster, 'apiGet');

    expect(await state.holds()).toEqual([]);
    expect(await state.holds()).toEqual([]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('an identity that never may asks nothing at all', async () => {
    const { api, why } = await world({ access: async () => ({ why: "the kubelet's identity may not read Leases" }) });

    expect(await why()).toBe('');
    expect(await why({ disruption: 'workload' })).toContain("the kubelet's identity may not read Leases");
    expect(api.calls()).toEqual([]);
  });
});

describe('a disruptive remedy', () => {
  it('claims its turn before it looks for the last time, and gives it back', async () => {
    const { api, holds, fleet } = await world();

    expect(await holds({ disruption: 'workload' })).toEqual([]);
    expect(api.calls().map((call) => call.split(' ')[0])).toEqual(['GET', 'PATCH', 'POST', 'GET']);
    expect(api.leases.get('us')?.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'nodemend',
      'nodemend.io/reason': 'DockerHung',
      'nodemend.io/zone': 'a',
      'nodemend.io/remedy': 'restart-runtime',
    });

    await fleet.release();
    expect(api.leases.get('us')?.metadata.labels).not.toHaveProperty('nodemend.io/remedy');
  });

  it('waits while another node is in one, and writes nothing for it', async () => {
    const { api, why } = await world();
    put(api, ['n1'], { 'nodemend.io/remedy': 'drain' });

    expect(await why({ disruption: 'node' })).toContain('1 of at most 1 node is in a disruptive remedy (n1: drain)');
    expect(api.calls().map((call) => call.split(' ')[0])).toEqual(['GET']);
  });

  it('takes its claim back where another one came first', async () => {
    const { api, why } = await world();
    // Between the first look and the claim.
    api.trouble = ({ method }) => {
      if (method === 'POST') put(api, ['n1'], { 'nodemend.io/remedy': 'drain' });
      return undefined;
    };

    expect(await why({ disruption: 'node' })).toContain('(n1: drain)');
    expect(api.leases.get('us')?.metadata.labels).not.toHaveProperty('nodemend.io/remedy');
  });

  it('is never begun by two of three nodes that want it at one time', async () => {
    const first = await world();
    const all = [first, await world({}, first.api, 'n2'), await world({}, first.api, 'n3')];

    for (let round = 0; round < 5; round++) {
      const allowed = await Promise.all(all.map(async (one) => (await one.holds({ disruption: 'workload' })).length === 0));
      expect(allowed.filter(Boolean).length).toBeLessThanOrEqual(1);
      for (const one of all) {
        await one.fleet.release();
        one.at += minutes(5);
      }
    }
  });

  it('waits for another control plane node', async () => {
    const { api, holds } = await world({ limits: () => ({ ...LIMITS, maxConcurrent: share(9), perZone: share(9) }) });
    put(api, ['n1'], { 'nodemend.io/remedy': 'drain', 'nodemend.io/control-plane': 'true' });

    expect(await holds({ disruption: 'node' })).toEqual([]);
    expect(await holds({ disruption: 'node', controlPlane: true })).toEqual(['control-plane']);
  });

  it('counts percentages of the cluster and of its zone', async () => {
    const { api, why } = await world({ limits: () => ({ ...LIMITS, maxConcurrent: share(0, 0.5), perZone: share(0, 0.1) }) });
    api.nodes = { a: 300, b: 1 };
    put(api, names(29), { 'nodemend.io/remedy': 'drain' }, { since: START - minutes(60), seenAt: START });
    expect(await why({ disruption: 'node' })).toBe('');

    put(api, ['x'], { 'nodemend.io/remedy': 'drain' }, { since: START - minutes(60), seenAt: START });
    expect(await why({ disruption: 'node' })).toContain('30 of at most 30 in zone a');
  });
});

describe('the Lease', () => {
  const sick = (after: number, changes = {}) =>
    tidings(after, { problems: [problemState({ standsMs: seconds(10), ...changes })] });

  it('is written with the problem, renewed while it stands, and goes a while after it', async () => {
    const state = await world();
    const tell = async (after: number, isSick: boolean) => {
      state.at = seconds(after);
      await state.own.report(isSick ? sick(after) : tidings(after));
      await state.own.settled();
    };

    await tell(0, true);
    expect(state.api.leases.get('us')?.spec).toEqual({
      holderIdentity: 'us',
      leaseDurationSeconds: 600,
      acquireTime: expect.stringMatching(/^2025-12-31T23:59:(50\.000|49\.9\d\d)000Z$/),
      renewTime: new Date(START).toISOString().replace('Z', '000Z'),
    });
    expect(state.api.leases.get('us')?.metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Node', name: 'us', uid: 'u-1' },
    ]);
    for (let after = 10; after <= 600; after += 10) await tell(after, true);
    expect(state.api.calls()).toHaveLength(2 + 3);

    await tell(610, false);
    expect(state.api.leases.has('us')).toBe(true);
    for (let after = 620; after <= 1220; after += 10) await tell(after, false);
    expect(state.api.leases.has('us')).toBe(false);
    const calls = state.api.calls().length;
    await tell(9000, false);
    expect(state.api.calls()).toHaveLength(calls);
  });

  it('writes nothing on a healthy node', async () => {
    const state = await world();
    for (let after = 0; after < 500; after += 10) await state.own.report(tidings(after));
    await state.own.settled();

    expect(state.api.calls()).toEqual([]);
  });

  it('is dated by the server’s clock', async () => {
    const state = await world();
    state.skew = -minutes(60);
    await state.own.report(sick(0, { since: new Date(START - minutes(60) - seconds(10)).toISOString() }));
    await state.own.settled();

    expect(state.api.leases.get('us')?.spec.renewTime).toBe('2026-01-01T00:00:00.000000Z');
  });

  it('is left alone for a while by who may not write it', async () => {
    const state = await world();
    state.api.trouble = () => ({ status: 403, body: { kind: 'Status' } });
    for (let after = 0; after < 400; after += 10) {
      state.at = seconds(after);
      await state.own.report(sick(after));
      await state.own.settled();
    }

    expect(state.api.calls()).toHaveLength(1);
  });

  it('leaves the claim of a program of its own alone, and takes back its own', async () => {
    let isElsewhere = false;
    const state = await world({}, undefined, 'us', () => isElsewhere);
    const claim = () => state.api.leases.get('us')?.metadata.labels['nodemend.io/remedy'];
    await state.holds({ disruption: 'workload', remedy: 'drain' });
    isElsewhere = true;
    await state.fleet.release();
    expect(claim()).toBeUndefined();

    // The program has begun to drain.
    const { metadata, ...rest } = state.api.leases.get('us') ?? lease('us', {}, recent);
    state.api.leases.set('us', {
      ...rest,
      metadata: { ...metadata, labels: { ...metadata.labels, 'nodemend.io/remedy': 'drain' } },
    });
    for (let after = 0; after <= 600; after += 10) {
      state.at = seconds(after);
      await state.own.report(sick(after));
      await state.own.settled();
    }
    for (let after = 610; after <= 2000; after += 10) {
      state.at = seconds(after);
      await state.own.report(tidings(after));
      await state.own.settled();
    }

    expect(claim()).toBe('drain');
  });

  it('takes the claim back also when the problem is over', async () => {
    const state = await world();
    await state.holds({ disruption: 'workload' });
    await state.own.report(tidings(1));
    await state.fleet.release();

    expect(state.api.leases.get('us')?.metadata.labels).not.toHaveProperty('nodemend.io/remedy');
  });
});

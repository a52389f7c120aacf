import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../agent/drain/api.ts';
import { openPlace } from '../../../agent/maintain/place.ts';
import type { ApiAnswer } from '../../../lib/host/host.ts';
import { parseLeases } from '../../../lib/kube/fleet-lease.ts';
import { minutes } from '../../../lib/model/units.ts';
import { fleetBreaker } from '../../../lib/policy/guards/fleet-breaker.ts';
import { fleetBudget } from '../../../lib/policy/guards/fleet-budget.ts';
import { leaseStore } from '../../fakes/lease-store.ts';
import { virtualClock } from '../../fakes/sim/clock.ts';

const share = (count: number) => ({ count, ratio: 0 });
const LIMITS = { maxConcurrent: share(1), perZone: share(1) };
const NODE = {
  kind: 'Node',
  metadata: {
    name: 'web-1',
    uid: 'u-1',
    labels: { 'topology.kubernetes.io/zone': 'a', 'node-role.kubernetes.io/control-plane': '' },
  },
};

interface Trouble {
  /** Of writes to Leases. */
  readonly status?: number;
}

function world({ status }: Trouble = {}) {
  const clock = virtualClock();
  const now = { ...clock, sleep: async () => undefined };
  const store = leaseStore(now, 3);
  const said: string[] = [];
  const writes: string[] = [];
  const answer = (code: number, body: unknown): ApiAnswer => ({ kind: 'response', status: code, body, took: 1 });
  const api = async ({ method, body = '', ...request }: ApiCall): Promise<ApiAnswer> => {
    if (request.path === '/api/v1/nodes/web-1') return answer(200, NODE);
    if (method === 'GET') return await store.apiGet(request);
    writes.push(method);
    if (status !== undefined) return answer(status, { kind: 'Status', message: `no: ${status}` });
    return await store.apiSend({ ...request, method, body });
  };
  const place = openPlace({ api, clock, node: 'web-1', limits: LIMITS, say: (text) => said.push(text) });
  const seen = async () => {
    const list = await store.apiGet({ path: '/apis/coordination.k8s.io/v1/namespaces/nodemend/leases', deadline: 1 });
    const others = parseLeases(list.kind === 'response' ? list.body : undefined)?.nodes ?? [];
    return { kind: 'seen', at: clock.now(), others, complete: true, zone: 'a', controlPlane: false } as const;
  };
  return { clock, store, place, said, writes, seen };
}

describe('a maintenance’s place in the fleet’s budget', () => {
  it('is counted by agents elsewhere, of its zone and of the control plane; and is no trouble', async () => {
    const { place, said, seen } = world();
    await place.take();
    const view = await seen();

    expect(view.others).toMatchObject([{ node: 'maintain.web-1', claim: 'maintain', zone: 'a', controlPlane: true }]);
    expect(fleetBudget(view, 'workload', LIMITS)?.why).toContain('maintain.web-1: maintain');
    const limits = { unhealthy: share(1), sameReason: share(1), within: minutes(10) };
    expect(fleetBreaker(view, { reason: 'Maintenance', stood: 0, dead: false }, limits)).toBeUndefined();
    expect(said).toEqual([]);
    await place.release();
    expect(fleetBudget(await seen(), 'workload', LIMITS)).toBeUndefined();
  });

  it('is kept while the program lives, and no longer', async () => {
    const { clock, place, writes } = world();
    await place.take();
    await clock.run(minutes(25));
    expect(writes).toEqual(['PATCH', 'POST', 'PATCH', 'PATCH', 'PATCH']);

    await place.release();
    await clock.run(minutes(25));
    expect(writes).toHaveLength(6);
  });

  it('is taken also where the budget is used up: a person decides, and is told', async () => {
    const { store, clock, place, said, seen } = world();
    const labels = { 'nodemend.io/reason': 'DockerHung', 'nodemend.io/remedy': 'drain' };
    const body = { metadata: { name: 'web-7', labels }, spec: { renewTime: new Date(clock.now()).toISOString() } };
    await store.apiSend({ method: 'POST', path: '/leases', body: JSON.stringify(body), deadline: 1 });
    await place.take();

    expect(said).toEqual([
      "beyond the fleet's budget, as you ask for it: 1 of at most 1 node is in a disruptive remedy (web-7: drain)",
    ]);
    expect((await seen()).others).toHaveLength(2);
    await place.release();
  });

  it('waits for no API server', async () => {
    const clock = virtualClock();
    const api = () => new Promise<never>(() => undefined);
    const place = openPlace({ api, clock, node: 'web-1', limits: LIMITS, say: () => undefined });
    let [taken, released] = [false, false];
    void place.take().then(() => {
      taken = true;
    });
    await clock.run(minutes(1));
    void place.release().then(() => {
      released = true;
    });
    await clock.run(minutes(1));

    expect([taken, released]).toEqual([true, true]);
  });

  it.each<[string, Trouble, readonly RegExp[]]>([
    ['an identity that may not', { status: 403 }, [/takes no place in the fleet's budget.*no: 403/]],
    ['a cluster without agents that know of each other', { status: 404 }, []],
  ])('holds up nothing: %s', async (_, trouble, expected) => {
    const { place, said } = world(trouble);
    await place.take();

    expect(said).toHaveLength(expected.length);
    for (const [at, words] of expected.entries()) expect(said[at]).toMatch(words);
  });
});

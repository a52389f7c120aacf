import { describe, expect, it } from 'vitest';
import type { ClusterPods } from '../../../agent/drain/cluster-pods.ts';
import { drainOptions } from '../../../agent/drain/command-line.ts';
import { drainNode } from '../../../agent/drain/drain-node.ts';
import type { DrainEvent } from '../../../agent/drain/events.ts';
import { runDrain } from '../../drain/run-drain.ts';
import type { PodIs, Situation } from '../../drain/situation.ts';
import { status } from '../../drain/situation.ts';
import { virtualClock } from '../../fakes/sim/clock.ts';

const web = (name: string, more: Partial<PodIs> = {}): PodIs => ({ name, labels: { app: 'web' }, ...more });
const budget = { name: 'web', selector: { app: 'web' } };
const held: Situation = {
  name: 'held',
  pods: [web('w')],
  budgets: [{ name: 'web', selector: { app: 'web' }, minAvailable: 1 }],
  fails: true,
  gone: [],
};
type Of<Name extends DrainEvent['event']> = Extract<DrainEvent, { readonly event: Name }>;
const all = <Name extends DrainEvent['event']>(events: readonly DrainEvent[], name: Name) =>
  events.filter((event): event is Of<Name> => event.event === name);
const evictions = ({ server }: { readonly server: { readonly requests: readonly { readonly path: string }[] } }) =>
  server.requests.filter(({ path }) => path.endsWith('/eviction')).length;

describe('a budget that does not give', () => {
  it('is asked every 5 s at first, more seldom later, until the deadline', async () => {
    const { api, events, reports, took } = await runDrain({ ...held, flags: ['--timeout=10m'] });
    const refusals = all(events, 'put-off').length;

    expect(took).toBe(600_000);
    expect(evictions(api)).toBe(refusals);
    expect(refusals).toBeGreaterThan(40);
    expect(refusals).toBeLessThan(60);
    expect(reports[0]?.error).toBe('error when evicting pods/"w" -n "own-ns": global timeout reached: 10m0s');
  });

  it('is asked once in 5 s for all its pods together', async () => {
    const pods = Array.from({ length: 40 }, (_, at) => web(`w${at}`));
    const { api } = await runDrain({ ...held, pods, budgets: [{ ...budget, minAvailable: 40 }], flags: ['--timeout=31s'] });

    expect(evictions(api)).toBeGreaterThanOrEqual(40 + 5);
    expect(evictions(api)).toBeLessThanOrEqual(40 + 6);
  });

  it('lets the others go at once when it gives', async () => {
    const pods = Array.from({ length: 12 }, (_, at) => web(`w${at}`));
    const situation = { ...held, pods, budgets: [{ ...budget, minAvailable: 1 }], opens: { labels: { app: 'web' } } };
    const { api, failed, took } = await runDrain(situation);

    expect([failed, api.gone.size]).toEqual([false, 12]);
    expect(took).toBeLessThan(15_000);
  });

  it('is named with its numbers while it is waited for, and at the end', async () => {
    const { events, reports } = await runDrain({ ...held, flags: ['--timeout=2m'] });
    const [first, ...more] = all(events, 'waiting');

    expect(first).toMatchObject({
      elapsed: 15_000,
      more: 0,
      pods: [{ pod: 'own-ns/w', why: expect.stringContaining('PodDisruptionBudget web (minAvailable 1)') }],
    });
    expect(more).toHaveLength(3);
    expect(reports[0]?.pods).toMatchObject([{ result: 'failed', why: expect.stringContaining('PodDisruptionBudget web') }]);
  });

  it('is not waited for in a server dry run', async () => {
    const { api, took, reports } = await runDrain({ ...held, flags: ['--dry-run=server'] });

    expect([took, evictions(api), api.gone.size]).toEqual([0, 1, 0]);
    expect(reports[0]?.pods[0]?.why).toContain('PodDisruptionBudget web');
  });

  it('is explained where two of them overlap', async () => {
    const also = { name: 'also', selector: { app: 'web' }, minAvailable: 0 };
    const { reports } = await runDrain({ ...held, budgets: [...(held.budgets ?? []), also] });

    expect(reports[0]?.pods[0]?.why).toBe(
      'more than one PodDisruptionBudget selects it (web, also), and no API server evicts such a pod: change a selector so that one is left',
    );
  });
});

describe('what the API server asks for', () => {
  const busy = (seconds: number, times: number): Situation => ({
    ...held,
    budgets: [],
    troubles: [
      { on: 'evict', answer: { status: 429, body: status(429, 'TooManyRequests', 'x', { retryAfterSeconds: seconds }) }, times },
    ],
  });

  it.each([
    [40, 40_000],
    [3600, 300_000],
    [1, 5000],
  ])('Retry-After %d s is a wait of %d ms or a little more', async (asked, wait) => {
    const { events } = await runDrain(busy(asked, 1));
    const [put] = all(events, 'put-off');

    expect((put?.retryIn ?? 0) - wait).toBeGreaterThanOrEqual(0);
    expect((put?.retryIn ?? 0) - wait).toBeLessThan(1000);
  });
});

describe('a silent API server', () => {
  it('is forgiven for half a minute, not for ever', async () => {
    const { api, failed, took } = await runDrain({ ...held, budgets: [], troubles: [{ on: 'evict', answer: 'reset' }] });

    expect([failed, api.gone.size]).toEqual([true, 0]);
    expect(took).toBeGreaterThanOrEqual(30_000);
    expect(took).toBeLessThan(45_000);
  });

  it('is forgiven while pods are waited for, not for ever', async () => {
    const answer = { status: 503, body: status(503, 'ServiceUnavailable', 'shutting down') };
    const { reports, took } = await runDrain({ ...held, budgets: [], troubles: [{ on: 'get pod', answer }] });

    expect(reports[0]?.error).toBe('error when waiting for pod "w" in namespace "own-ns" to terminate: shutting down');
    expect(took).toBeLessThan(45_000);
  });
});

describe('Ctrl-C', () => {
  it('asks for nothing more, at once, and reports how far it was', async () => {
    const free = { name: 'free' };
    const { api, events, reports, took } = await runDrain(
      { ...held, pods: [web('w'), free] },
      ({ event }) => event === 'put-off',
    );
    const asked = evictions(api);

    expect(took).toBeLessThan(2000);
    expect(asked).toBe(2);
    expect(events.at(-1)).toMatchObject({ event: 'not-drained', message: 'interrupted', pending: [] });
    expect(reports[0]?.pods.find(({ pod }) => pod === 'own-ns/w')).toEqual({ pod: 'own-ns/w', result: 'interrupted' });
  });

  it('does not wait for an API server that hangs', async () => {
    const person = new AbortController();
    const events: DrainEvent[] = [];
    const podsOf = () => {
      setImmediate(() => person.abort());
      return new Promise<never>(() => undefined);
    };
    const cluster = { podsOf } as unknown as ClusterPods;
    const options = drainOptions({}, false);
    const context = {
      cluster,
      clock: virtualClock(),
      options,
      tell: (event: DrainEvent) => events.push(event),
      signal: person.signal,
    };

    expect(await drainNode(context, 'n', new Set(['n']))).toMatchObject({ drained: false, error: 'interrupted' });
    expect(events).toMatchObject([{ event: 'not-drained' }]);
  });

  it('between two nodes leaves the second alone', async () => {
    const pods: readonly PodIs[] = [{ name: 'a' }, { name: 'b', on: 'second' }];
    const { api, reports } = await runDrain(
      { ...held, budgets: [], pods, nodes: ['node', 'second'] },
      ({ event }) => event === 'drained',
    );

    expect([...api.gone]).toEqual(['a']);
    expect(reports.map(({ drained, error }) => [drained, error])).toEqual([
      [true, undefined],
      [false, 'interrupted'],
    ]);
  });
});

describe('many pods', () => {
  const many = Array.from({ length: 60 }, (_, at) => ({ name: `p${at}` }));

  it('are evicted together and waited for with a list, not one by one', async () => {
    const slow = many.map((pod) => ({ ...pod, kubelet: 'dead' as const }));
    const { api, reports } = await runDrain({ ...held, budgets: [], pods: slow, flags: ['--timeout=30s'] });
    const gets = api.server.requests.filter(({ method, path }) => method === 'GET' && /\/pods\/p\d+$/.test(path)).length;

    expect([evictions(api), reports[0]?.pods.length]).toEqual([60, 60]);
    expect(gets).toBeLessThan(120);
  });

  it('are believed gone only when they themselves are asked for', async () => {
    const { api, failed } = await runDrain({ ...held, budgets: [], pods: many });

    expect([failed, api.gone.size]).toEqual([false, 60]);
  });
});

describe('the pre-check', () => {
  const noRoom: Situation = { ...held, budgets: [], pods: [web('w', { on: 'node' })], nodes: ['node', 'second', 'elsewhere'] };

  it('says where the pods would go, and goes on', async () => {
    const { api, failed, events } = await runDrain({ ...noRoom, nodes: ['node', 'second'] });

    expect([failed, api.gone.size]).toEqual([false, 1]);
    expect(all(events, 'placed')[0]?.placements).toMatchObject([{ pod: 'own-ns/w', result: 'fits', node: 'elsewhere' }]);
  });

  it.each([
    ['warn', false, 1],
    ['off', false, 1],
    ['require', true, 0],
  ])('a pod that fits nowhere with --placement=%s: fails %s, %d gone', async (placement, fails, gone) => {
    const { api, failed, reports } = await runDrain({ ...noRoom, flags: [`--placement=${placement}`] });

    expect([failed, api.gone.size]).toEqual([fails, gone]);
    expect(reports[0]?.error).toBe(fails ? 'no other node has room for own-ns/w' : undefined);
  });
});

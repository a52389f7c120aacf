import { describe, expect, it } from 'vitest';
import { type FleetRequest, openFleet } from '../../agent/fleet.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { lease, leaseApi } from '../fakes/lease-api.ts';
import { START } from '../fakes/tidings.ts';

const share = (count: number, ratio = 0) => ({ count, ratio });
const BROKE = START - seconds(10);
const REQUEST: FleetRequest = {
  remedy: 'restart-runtime',
  reason: 'DockerHung',
  disruption: 'local',
  stood: seconds(10),
  since: BROKE,
  dead: false,
  controlPlane: false,
};

/** `come`: how many others say that they broke when we did, by the time that a wait has lasted so long. */
async function world(come: Readonly<Record<number, number>>, given: { entries?: LedgerEntry[]; broke?: number } = {}) {
  let now = 0;
  const api = await leaseApi(() => START + now);
  api.nodes = { a: 30 };
  const arrive = () => {
    for (const [at, count] of Object.entries(come)) {
      if (now < Number(at)) continue;
      for (let other = 0; other < count; other++)
        api.leases.set(`n${other}`, lease(`n${other}`, {}, { since: given.broke ?? BROKE, seenAt: START + now }));
    }
  };
  const waits: number[] = [];
  const claims: string[] = [];
  const clock = {
    now: () => START + now,
    monotonic: () => now,
    async sleep(duration: number) {
      waits.push(duration);
      now += duration;
      arrive();
    },
  };
  const fleet = openFleet({
    cluster: api.cluster,
    clock,
    access: async () => ({ node: 'us' }),
    zone: () => 'a',
    limits: () => ({
      maxConcurrent: share(1),
      perZone: share(1),
      unhealthy: share(2, 0.3),
      sameReason: share(5, 0.02),
      within: minutes(10),
    }),
    lease: {
      async claim(remedy) {
        claims.push(remedy);
        return true;
      },
      release: async () => undefined,
    },
    entries: () => given.entries ?? [],
    moment: () => ({ boot: 'b', up: now }),
    random: () => 0.5,
  });
  arrive();
  const ask = async (changes: Partial<FleetRequest> = {}) => (await fleet.holds({ ...REQUEST, ...changes })).map(({ id }) => id);
  /** Evidence has been taken meanwhile. */
  const confirm = async (after: number = seconds(2)) => {
    now += after;
    arrive();
    return (await fleet.confirm(REQUEST, new AbortController().signal))?.id;
  };
  const lists = () => api.calls().filter((call) => call.includes('/leases?')).length;
  return { api, ask, confirm, waits, claims, lists };
}

describe('the second look, right before the first step', () => {
  it('costs a node that is alone one question, and no time', async () => {
    const { ask, confirm, waits, lists } = await world({});

    expect([await ask(), await confirm(), waits, lists()]).toEqual([[], undefined, [], 2]);
  });

  it('sees those who were found while the evidence was taken', async () => {
    const { ask, confirm, waits } = await world({ 1500: 12 });

    expect([await ask(), await confirm(), waits]).toEqual([[], 'fleet-breaker', []]);
  });

  it('waits a little where others broke in the same moment, and sees the rest of them', async () => {
    const { ask, confirm, waits } = await world({ 1500: 2, 5000: 20 });

    expect([await ask(), await confirm(), waits]).toEqual([[], 'fleet-breaker', [seconds(5)]]);
  });

  it('goes on where they do not become more', async () => {
    const { ask, confirm, waits } = await world({ 0: 2 });

    expect([await ask(), await confirm(), waits]).toEqual([[], undefined, [seconds(5)]]);
  });

  it('waits for nobody who broke at another time', async () => {
    const { ask, confirm, waits } = await world({ 0: 2 }, { broke: START - minutes(30) });

    expect([await ask(), await confirm(), waits]).toEqual([[], undefined, []]);
  });

  it('is held from then on as by a first look: nobody asks again at once', async () => {
    const { ask, confirm, lists } = await world({ 1500: 12 });
    await ask();
    await confirm();
    const before = lists();

    expect([await ask(), lists() - before]).toEqual([['fleet-breaker'], 0]);
  });

  it('leaves the budget alone: who has claimed first is first', async () => {
    const { api, ask, confirm, claims } = await world({});
    expect(await ask({ disruption: 'workload' })).toEqual([]);
    api.leases.set('n1', lease('n1', { 'nodemend.io/remedy': 'drain' }, { since: START - minutes(60), seenAt: START }));

    expect([await confirm(), claims]).toEqual([undefined, ['restart-runtime']]);
  });

  it('starts a dead unit all the same, without a question', async () => {
    const { ask, confirm, lists } = await world({ 1500: 12 });
    await ask({ dead: true });
    const before = lists();

    expect([await confirm(), lists() - before]).toEqual([undefined, 0]);
  });

  it('keeps nobody whose API server has gone away meanwhile', async () => {
    const { api, ask, confirm } = await world({ 1500: 12 });
    await ask();
    api.trouble = () => ({ status: 503, body: {} });

    expect(await confirm()).toBeUndefined();
  });

  it('lets a node go on whose breaker a person has reset', async () => {
    const reset: LedgerEntry = { kind: 'reset', of: 'breaker', by: 'p', at: START, boot: 'b', up: 0, seq: 1 };
    const { ask, confirm } = await world({ 1500: 12 }, { entries: [reset] });

    expect([await ask(), await confirm()]).toEqual([[], undefined]);
  });
});

import { describe, expect, it } from 'vitest';
import { type ByHandParts, byHand } from '../../agent/by-hand.ts';
import type { Casebook } from '../../agent/casebook.ts';
import { type Loop, openLoop } from '../../agent/loop.ts';
import type { RequestNews } from '../../lib/model/request.ts';
import type { Standing } from '../../lib/model/standing.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { restartKubelet } from '../../lib/remedies/restart-kubelet.ts';
import { restartRuntime } from '../../lib/remedies/restart-runtime.ts';
import { intent, opened, outcome } from '../fakes/ledger.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';
import { standing, step } from '../fakes/tidings.ts';

const SUSPECTED = standing({ state: 'suspected' });
const REPAIR = {
  do: 'repair',
  type: 'ContainerRuntimeUnhealthy',
  subject: 'docker.service',
  remedy: 'restart-runtime',
} as const;
const act = (remedy = restartRuntime): Decision => ({ kind: 'act', remedy, disruption: 'local' });
const held: Decision = {
  kind: 'hold',
  remedy: restartRuntime,
  disruption: 'local',
  holds: [{ id: 'paused', why: 'paused: bob' }],
};

interface World {
  readonly standings?: readonly Standing[];
  readonly decision?: Decision;
  readonly ends?: 'succeeded' | 'failed' | 'held';
  /** What its check sees when it is asked to look. */
  readonly seen?: readonly Standing[];
}

async function asked({ standings = [SUSPECTED], decision = act(), ends = 'succeeded', seen = [] }: World, request = REPAIR) {
  const decidedOn: Standing[] = [];
  const noted: string[] = [];
  const news: RequestNews[] = [];
  let repairs = 0;
  let present = standings;
  const loop: Loop = {
    observe: () => undefined,
    get standings() {
      return present;
    },
    causeOf: () => undefined,
    exclusively: (work) => work(),
    forget: () => undefined,
    idle: async () => undefined,
  };
  const casebook: Casebook = {
    incidentOf: () => undefined,
    async note(transitions) {
      noted.push(...transitions.map(({ to }) => to));
    },
  };
  const parts: ByHandParts = {
    ledger: fakeLedger(),
    casebook,
    moment: () => ({ boot: 'b', up: 0 }),
    loop,
    async decide(about) {
      decidedOn.push(about);
      return decision;
    },
    async look() {
      present = seen;
    },
    async repair(_, __, person) {
      repairs += 1;
      person.onProgress('docker.service was killed');
      return ends === 'held' ? undefined : step(ends, { outcome: ends });
    },
  };
  const end = await byHand(request, 'bob', parts, (line) => news.push(line));
  return { end, news, noted, repairs, decidedOn };
}

describe('a repair that a person asked for', () => {
  it('takes the confirmation for persistence, opens an incident, and tells each step', async () => {
    const { end, news, noted, repairs, decidedOn } = await asked({});

    expect(decidedOn.map(({ state }) => state)).toEqual(['active']);
    expect(noted).toEqual(['active']);
    expect(news).toEqual([{ kind: 'step', text: 'docker.service was killed' }]);
    expect([end.outcome, repairs]).toEqual(['done', 1]);
  });

  it.each([
    ['a guard stands against it', { decision: held }, 'held', /held by paused: bob/],
    ['it was given up', { decision: { kind: 'exhausted', tried: ['restart-runtime'] } as const }, 'held', /nodemend reset/],
    ['there is only advice', { decision: { kind: 'advise', why: 'a notice' } as const }, 'nothing', /a notice/],
    ['another rung would be next by now', { decision: act(restartKubelet) }, 'refused', /restart-kubelet .* not restart-runtime/],
    ['nothing is wrong', { standings: [] }, 'nothing', /no check sees/],
    ['it is clearing, and its check sees nothing', { standings: [standing({ state: 'clearing' })] }, 'nothing', /no check sees/],
  ])('is not begun when %s', async (_, world, result, why) => {
    const { end, repairs, noted } = await asked(world);

    expect(end).toMatchObject({ outcome: result, text: expect.stringMatching(why) });
    expect([repairs, noted]).toEqual([0, []]);
  });

  it('has the check look when the agent has not seen it yet', async () => {
    expect((await asked({ standings: [], seen: [SUSPECTED] })).end.outcome).toBe('done');
  });

  it('that did not help has failed, whatever was done', async () => {
    expect((await asked({ ends: 'failed' })).end.outcome).toBe('failed');
  });

  it('that was held while it waited was not begun', async () => {
    expect((await asked({ ends: 'held' })).end).toMatchObject({ outcome: 'held', text: expect.stringContaining('not begun') });
  });
});

describe('a reset', () => {
  const ledgerOf = async (...events: Parameters<ReturnType<typeof fakeLedger>['append']>[0][]) => {
    const ledger = fakeLedger();
    for (const event of events) await ledger.append(event);
    return ledger;
  };
  const reset = async (ledger: ReturnType<typeof fakeLedger>, of: string, subject?: string) => {
    const request = { do: 'reset', of, ...(subject === undefined ? {} : { subject }) } as const;
    return await byHand(request, 'bob', { ledger } as unknown as ByHandParts, () => undefined);
  };
  const spent = [opened(), intent(), outcome({ outcome: 'failed' }), intent({ action: '20260101-0001.2' })];
  const exhausted = { kind: 'exhausted', incident: '20260101-0001', tried: ['restart-runtime'] } as const;

  it('says how many attempts it forgave, and that it is taken up again', async () => {
    const ledger = await ledgerOf(...spent, exhausted);
    const { text } = await reset(ledger, 'ContainerRuntimeUnhealthy');

    expect(text).toBe(
      'ContainerRuntimeUnhealthy: 2 attempts forgiven (restart-runtime 2); it was given up, and is taken up again',
    );
    expect(ledger.entries.at(-1)).toMatchObject({ kind: 'reset', of: 'ContainerRuntimeUnhealthy', by: 'bob' });
  });

  it('forgives nothing twice', async () => {
    const ledger = await ledgerOf(...spent, exhausted);
    await reset(ledger, 'ContainerRuntimeUnhealthy');

    expect(await reset(ledger, 'ContainerRuntimeUnhealthy')).toMatchObject({ outcome: 'nothing' });
  });

  it('of one subject leaves the others alone', async () => {
    const ledger = await ledgerOf(...spent);

    expect((await reset(ledger, 'ContainerRuntimeUnhealthy', 'containerd.service')).text).toContain('nothing to forgive');
    expect((await reset(ledger, 'ContainerRuntimeUnhealthy', 'docker.service')).text).toContain('2 attempts forgiven');
  });

  it('closes the breaker', async () => {
    const ledger = await ledgerOf();

    expect((await reset(ledger, 'breaker')).text).toContain('the breaker is closed again');
    expect(ledger.entries).toMatchObject([{ kind: 'reset', of: 'breaker' }]);
  });

  it('says where it is kept when the disk does not take it', async () => {
    expect((await reset(fakeLedger([], 'runtime'), 'PLEGUnhealthy')).text).toContain('kept in runtime alone');
  });
});

describe('the loop, for a person', () => {
  const decide = async () => act();
  const casebook: Casebook = { incidentOf: () => 'i', note: async () => undefined };
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };

  it('lets him before the next of its own repairs, and never beside one', async () => {
    const order: string[] = [];
    let running = 0;
    const during = async (name: string) => {
      running += 1;
      order.push(`${name} ${running}`);
      await Promise.resolve();
      running -= 1;
    };
    let rounds = 0;
    const loop = openLoop(
      {
        clock,
        casebook,
        decide: async () => (rounds < 3 ? act() : { kind: 'advise', why: 'enough' }),
        async repair() {
          rounds += 1;
          await during('own');
        },
        tell: () => undefined,
      },
      [],
    );
    const check = { id: 'container-runtime' } as Parameters<Loop['observe']>[0]['check'];
    loop.observe({ check, findings: [standing().fault], took: 0 });
    await Promise.all([loop.exclusively(() => during('person')), loop.exclusively(() => during('person'))]);

    expect(order.slice(0, 3)).toEqual(['own 1', 'person 1', 'person 1']);
  });

  it('hands back a failure, and goes on', async () => {
    const loop = openLoop({ clock, casebook, decide, repair: async () => undefined, tell: () => undefined }, []);

    await expect(loop.exclusively(() => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(await loop.exclusively(async () => 'next')).toBe('next');
  });

  it('does nothing by itself without initiative', async () => {
    let repairs = 0;
    const repair = async () => {
      repairs += 1;
    };
    const loop = openLoop({ clock, casebook, decide, repair, initiative: false, tell: () => undefined }, []);
    const check = { id: 'container-runtime' } as Parameters<Loop['observe']>[0]['check'];
    loop.observe({ check, findings: [standing().fault], took: 0 });
    await loop.idle();

    expect([repairs, loop.standings.length]).toEqual([0, 1]);
  });

  it('forgets what a check had found that was switched off, by the hand of a person', async () => {
    const healed: (string | undefined)[] = [];
    const noting: Casebook = {
      incidentOf: () => 'i',
      async note(transitions, by) {
        healed.push(...transitions.map(({ to }) => `${to} by ${by}`));
      },
    };
    const other = standing({ check: 'pids', identity: 'PidsNearLimit\0' });
    const loop = openLoop({ clock, casebook: noting, decide, repair: async () => undefined, tell: () => undefined }, [
      standing(),
      other,
    ]);
    loop.forget('container-runtime');
    await loop.idle();

    expect(loop.standings).toEqual([other]);
    expect(healed).toEqual(['cleared by person']);
  });
});

import { describe, expect, it } from 'vitest';
import { claimOn, SURGE } from '../../../../lib/drain/surge/claim.ts';
import { STAMP } from '../../../../lib/drain/surge/patches.ts';
import { virtualClock } from '../../../fakes/sim/clock.ts';
import { addPod, readyPods } from '../../../fakes/world/state.ts';
import { createWorld } from '../../../fakes/world/world.ts';
import { type Ran, surge, surgeIn, uncordon } from './surge.ts';

const steps = ({ events }: Ran) => events.flatMap((event) => (event.event === 'surge-step' ? [event.message] : []));
const evicted = ({ events }: Ran) => events.filter(({ event }) => event === 'evicting').length;
const failures = ({ events }: Ran) => events.flatMap((event) => (event.event === 'surge-failed' ? [event] : []));
const onNode = ({ world }: Ran, name: string) => world.pods.filter(({ node }) => node === name).length;

/** As it was before: the number, the strategy, no mark of ours anywhere. */
function expectUntouched({ world }: Ran, replicas: number, maxUnavailable: number | string = '25%') {
  const { metadata, spec } = world.workload;
  expect(spec?.replicas).toBe(replicas);
  expect(spec?.strategy?.rollingUpdate?.maxUnavailable).toBe(maxUnavailable);
  expect([metadata.annotations?.[SURGE], metadata.labels?.[SURGE]]).toEqual([undefined, undefined]);
  expect(world.sets.filter(({ annotations }) => annotations[SURGE] !== undefined)).toEqual([]);
}

describe('drain --mode surge', () => {
  it.each([
    [1, 0],
    [1, 1500],
    [3, 0],
    [5, 3000],
  ])('scales %i replicas up by one and back, with caches %i ms behind', async (onA, lag) => {
    const placed = [...Array.from({ length: onA }, () => 'a'), 'b'];
    const ran = await surge({ replicas: onA + 1, placed, lag });

    expect(ran.reports).toMatchObject([{ node: 'a', drained: true }]);
    expect(steps(ran)).toEqual([`scaled from ${onA + 1} to ${onA + 2}`, `scaled back to ${onA + 1}`]);
    expect([evicted(ran), onNode(ran, 'a'), ran.world.least]).toEqual([onA, 0, onA + 1]);
    expect(readyPods(ran.world)).toHaveLength(onA + 1);
    expectUntouched(ran, onA + 1);
  });

  it.each([
    1, 2, 5,
  ])('rolls %i replicas out anew where all of them are to move, and never takes one too many', async (replicas) => {
    const ran = await surge({ replicas, lag: 1000 });

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect([evicted(ran), onNode(ran, 'a'), ran.world.least]).toEqual([0, 0, replicas]);
    expect(ran.world.workload.spec?.template?.metadata?.annotations?.[STAMP]).toMatch(/^2026-01-01T/);
    expectUntouched(ran, replicas);
  });

  it('moves a workload once for all nodes of the run', async () => {
    const ran = await surge({ replicas: 3, placed: ['a', 'b', 'c'], nodes: ['a', 'b', 'c', 'd'] }, { drained: ['a', 'b'] });

    expect(ran.reports).toMatchObject([{ drained: true }, { drained: true }]);
    expect(steps(ran)).toEqual(['scaled from 3 to 4', 'scaled back to 3']);
    expect(ran.world.least).toBe(3);
  });

  it('leaves the number alone that a HorizontalPodAutoscaler owns', async () => {
    const ran = await surge({ replicas: 5, placed: ['a', 'b'], autoscaler: true });

    expect(steps(ran)).toEqual(['rolled out anew, maxUnavailable 0 instead of 25% meanwhile']);
    expect([ran.world.least, onNode(ran, 'a')]).toEqual([5, 0]);
    expectUntouched(ran, 5);
  });

  it.each([
    ['a budget that allows one', { minAvailable: 2 }, 'scaled from 2 to 3'],
    ['a budget that never allows any', { maxUnavailable: 0 }, 'rolled out anew, maxUnavailable 0 instead of 1 meanwhile'],
  ] as const)('keeps %s', async (_, budget, first) => {
    const ran = await surge({ replicas: 2, placed: ['a', 'b'], budget, maxUnavailable: 1 });

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect([steps(ran)[0], ran.world.least]).toEqual([first, 2]);
    expectUntouched(ran, 2, 1);
  });

  it.each([
    ['Recreate', { strategy: 'Recreate' }, 'its strategy is Recreate'],
    ['maxSurge 0', { maxSurge: 0, maxUnavailable: 1 }, 'its maxSurge is 0'],
    ['paused', { paused: true }, 'it is paused'],
    ['a StatefulSet', { kind: 'StatefulSet' }, 'a StatefulSet starts no pod before the old one of its name has gone'],
  ] as const)('refuses %s, touching nothing', async (_, options, why) => {
    const ran = await surge({ replicas: 3, placed: ['a', 'b'], ...options });

    expect(ran.reports).toMatchObject([{ drained: false, error: expect.stringContaining(why) }]);
    expect([evicted(ran), ran.world.losses]).toEqual([0, []]);
  });

  it('evicts a StatefulSet one by one where the gap is accepted', async () => {
    const ran = await surge({ replicas: 3, kind: 'StatefulSet' }, { acceptGap: true });

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect([evicted(ran), ran.world.least, readyPods(ran.world).length]).toEqual([3, 2, 3]);
  });

  it('scales a ReplicaSet that nobody owns', async () => {
    const ran = await surge({ replicas: 2, kind: 'ReplicaSet' });

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect([steps(ran)[0], ran.world.least]).toEqual(['scaled from 2 to 3', 2]);
    expectUntouched(ran, 2);
  });

  it.each([
    ['the extra pod', { placed: ['a', 'b'] }],
    ['the rollout', { placed: ['a'] }],
  ] as const)('puts everything back where %s finds no room, and evicts nothing', async (_, { placed }) => {
    const ran = await surge({ replicas: 2, placed, full: true, maxUnavailable: 1 });

    expect(ran.reports).toMatchObject([{ drained: false }]);
    expect(failures(ran)).toMatchObject([{ undone: true, message: expect.stringContaining('nothing got on for 1m') }]);
    expect([evicted(ran), ran.world.least, ran.world.pods.length]).toEqual([0, 2, 2]);
    expect(ran.world.workload.spec?.template?.metadata?.annotations).toEqual({});
    expectUntouched(ran, 2, 1);
  });

  it('stops where somebody else scales it meanwhile, and leaves his number', async () => {
    const ran = await surge(
      { replicas: 4, placed: ['a', 'b'] },
      {
        during: (world, clock) =>
          void clock.sleep(4_000).then(() => {
            world.workload.spec = { ...world.workload.spec, replicas: 7 };
            world.workload.metadata.generation = (world.workload.metadata.generation ?? 0) + 1;
          }),
      },
    );

    expect(failures(ran)).toMatchObject([{ message: expect.stringContaining('somebody else set its replicas to 7') }]);
    expectUntouched(ran, 7);
  });

  it('puts everything back on Ctrl-C', async () => {
    const ran = await surge({ replicas: 4, placed: ['a', 'b'] }, { abortAt: ({ event }) => event === 'evicting' });

    expect(ran.reports).toMatchObject([{ drained: false, error: 'interrupted' }]);
    expect(failures(ran)).toMatchObject([{ undone: true, message: 'interrupted; scaled back to 4' }]);
    expect(ran.world.least).toBe(4);
    expectUntouched(ran, 4);
  });

  it.each(['client', 'server'] as const)('changes nothing in a dry run (%s), and says what it would do', async (dryRun) => {
    const ran = await surge({ replicas: 4, placed: ['a', 'b'] }, { dryRun });

    expect(ran.events).toContainEqual(
      expect.objectContaining({ event: 'surge-planned', workloads: [expect.objectContaining({ way: 'scale' })] }),
    );
    expect([evicted(ran), ran.world.made, ran.world.cordoned.size]).toEqual([0, 4, Number(dryRun === 'server')]);
    expectUntouched(ran, 4);
  });

  it.each([1, 2])('finds and finishes what a killed run left (%i pods elsewhere)', async (elsewhere) => {
    const placed = ['a', 'a', ...Array.from({ length: elsewhere }, () => 'b')];
    const killed = await surge({ replicas: 2 + elsewhere, placed }, { dies: 40 });
    expect(killed.reports).toBeUndefined();
    expect(killed.world.workload.spec?.replicas).toBe(3 + elsewhere);

    const ran = await surgeIn(killed.world, killed.clock, { run: 'second', dead: ['first'] });

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect(ran.events.filter(({ event }) => event === 'surge-undone')).toHaveLength(1);
    expect(ran.world.least).toBe(2 + elsewhere);
    expectUntouched(ran, 2 + elsewhere);
  });

  it('undoes a killed run of another node first', async () => {
    const killed = await surge({ replicas: 3, placed: ['a', 'b', 'b'] }, { dies: 40, drained: ['b'] });
    expect(killed.world.workload.spec?.replicas).toBe(4);

    const ran = await surgeIn(killed.world, killed.clock, { run: 'second', dead: ['first'], drained: ['a'] });

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect(ran.events).toContainEqual(
      expect.objectContaining({ event: 'surge-undone', message: "scaled back to 3 (somebody's first was killed at work)" }),
    );
    expectUntouched(ran, 3);
  });

  it('waits for another surge that lives, and gives up in the end', async () => {
    const killed = await surge({ replicas: 3, placed: ['a', 'b'] }, { dies: 26 });
    expect([killed.world.workload.spec?.replicas, onNode(killed, 'a')]).toEqual([4, 2]);

    const ran = await surgeIn(killed.world, killed.clock, { run: 'second' });

    expect(failures(ran)).toMatchObject([
      { message: expect.stringContaining("another surge is at work on it, somebody's first") },
    ]);
    expect(ran.world.workload.spec?.replicas).toBe(4);
  });

  it('stops where somebody takes its mark away', async () => {
    const ran = await surge(
      { replicas: 3, placed: ['a', 'b'] },
      {
        during: (world, clock) =>
          void clock.sleep(3_000).then(() => {
            world.workload.metadata.annotations = {};
          }),
      },
    );

    expect(failures(ran)).toMatchObject([{ message: expect.stringContaining('was taken away or changed by others') }]);
    expect(ran.world.workload.spec?.replicas).toBe(4);
  });

  it('waits for a rollout of somebody else to be done', async () => {
    const ran = await surge(
      { replicas: 3, placed: ['a', 'b'] },
      {
        during: (world) => {
          const { spec } = world.workload;
          if (spec?.template?.metadata !== undefined) spec.template.metadata.annotations = { [STAMP]: 'theirs' };
          world.workload.metadata.generation = 2;
        },
      },
    );

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect(ran.world.workload.spec?.template?.metadata?.annotations).toEqual({ [STAMP]: 'theirs' });
    expectUntouched(ran, 3);
  });

  it('leaves the work of another program alone while that lives, and undoes it by uncordon once it is dead', async () => {
    const killed = await surge({ replicas: 3, placed: ['a', 'b'] }, { dies: 40 });

    expect(await uncordon(killed, [])).toBe(true);
    expect(killed.world.workload.spec?.replicas).toBe(4);
    expect(await uncordon(killed, ['first'])).toBe(true);
    expectUntouched(killed, 3);
  });

  it('does not take back a number that others changed since it was left behind', async () => {
    const killed = await surge({ replicas: 3, placed: ['a', 'b'] }, { dies: 40 });
    killed.world.workload.metadata.generation = (killed.world.workload.metadata.generation ?? 0) + 2;

    expect(await uncordon(killed, ['first'])).toBe(true);
    expectUntouched(killed, 4);
  });

  it('takes turns with another surge of the same workload that lives', async () => {
    const clock = virtualClock();
    const world = createWorld(clock, { replicas: 4, placed: ['a', 'b'], nodes: ['a', 'b', 'c', 'd'], lag: 500 });
    await clock.run(5_000);
    const both = await Promise.all([
      surgeIn(world, clock, { run: 'first', drained: ['a'], patience: 300_000 }),
      surgeIn(world, clock, { run: 'second', drained: ['b'], patience: 300_000 }),
    ]);

    expect(both.map(({ reports }) => reports?.[0]?.drained)).toEqual([true, true]);
    expect(world.losses.filter(({ left, wanted }) => left < wanted)).toEqual([]);
    for (const ran of both) expectUntouched(ran, 4);
  });

  it('shows a sign of life while it waits for long, and has none of it left at the end', async () => {
    const seen = new Set<string>();
    const ran = await surge(
      { replicas: 2, placed: ['a', 'b'], startTime: 400_000 },
      {
        patience: 600_000,
        during: (world, clock) =>
          void (async () => {
            for (;;) {
              await clock.sleep(5_000);
              const claim = claimOn(world.workload);
              if (claim !== undefined) seen.add(claim.until - clock.now() > 0 ? String(claim.until) : 'it looked dead');
            }
          })(),
      },
    );

    expect(ran.reports).toMatchObject([{ drained: true }]);
    expect(seen.size).toBeGreaterThan(4);
    expect(seen).not.toContain('it looked dead');
    expectUntouched(ran, 2);
  });

  it('counts no pods of others that its selector matches', async () => {
    const ran = await surge(
      { replicas: 2, placed: ['a', 'b'], full: true },
      {
        during: (world) => {
          world.sets.push({
            kind: 'ReplicaSet',
            name: 'other',
            uid: 'other',
            above: 'another-workload',
            stamp: 'theirs',
            replicas: 1,
            status: { replicas: 1, ready: 1, available: 1 },
            annotations: {},
            expects: Number.POSITIVE_INFINITY,
          });
          const [other] = world.sets.slice(-1);
          if (other !== undefined) addPod(world, other, 'other-1', 'b');
        },
      },
    );

    expect([evicted(ran), ran.reports?.[0]?.drained]).toEqual([0, false]);
  });

  it('stops where the workload is another one of the same name by now', async () => {
    const ran = await surge(
      { replicas: 4, placed: ['a', 'b'] },
      {
        during: (world, clock) =>
          void clock.sleep(3_000).then(() => {
            world.workload.metadata.uid = 'another';
          }),
      },
    );

    expect(failures(ran)).toMatchObject([{ message: expect.stringContaining('it was deleted and made anew meanwhile') }]);
    expect(evicted(ran)).toBe(0);
  });
});

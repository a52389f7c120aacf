import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SURGE } from '../../../../lib/drain/surge/claim.ts';
import type { VirtualClock } from '../../../fakes/sim/clock.ts';
import type { World, WorldOptions } from '../../../fakes/world/state.ts';
import { type Ran, surge, surgeIn } from './surge.ts';

/** A pod that is not ready for a while, through no fault of the drain. */
interface Accident {
  readonly at: number;
  readonly pod: number;
  readonly lasts: number;
}

interface Case {
  readonly options: WorldOptions;
  readonly drained: readonly string[];
  readonly accidents: readonly Accident[];
  /** After so many answers of the API server. */
  readonly kill?: number;
  readonly interrupt?: number;
}

const nodes = ['a', 'b', 'c', 'd'];

const cases: fc.Arbitrary<Case> = fc
  .record({
    replicas: fc.integer({ min: 1, max: 5 }),
    placed: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }),
    lag: fc.constantFrom(0, 250, 1000, 4000),
    startTime: fc.constantFrom(500, 2000, 6000),
    grace: fc.constantFrom(250, 5000),
    posts: fc.constantFrom([1, 0], [1, 1], ['25%', '25%'], ['100%', '50%'], [2, 1]),
    autoscaler: fc.boolean(),
    full: fc.boolean(),
    drained: fc.constantFrom(['a'], ['a', 'b']),
    accidents: fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 30_000 }), pod: fc.nat(9), lasts: fc.integer({ min: 500, max: 20_000 }) }),
      { maxLength: 3 },
    ),
    kill: fc.option(fc.integer({ min: 5, max: 200 }), { nil: undefined }),
    interrupt: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  })
  .map(({ drained, accidents, kill, interrupt, posts, ...options }) => {
    const [maxSurge = 1, maxUnavailable = 0] = posts;
    return {
      options: { ...options, nodes, maxSurge, maxUnavailable },
      drained,
      accidents,
      ...(kill === undefined ? {} : { kill }),
      ...(interrupt === undefined ? {} : { interrupt }),
    };
  });

async function happen(world: World, clock: VirtualClock, { at, pod: index, lasts }: Accident): Promise<void> {
  await clock.sleep(at);
  const pod = world.pods[index % Math.max(1, world.pods.length)];
  if (pod === undefined || pod.broken || pod.readiness.length === 0) return;
  pod.broken = true;
  pod.readiness.push({ at: clock.now(), ready: false });
  await clock.sleep(lasts);
  pod.broken = false;
  pod.readiness.push({ at: clock.now(), ready: true });
}

async function play({ options, drained, accidents, kill, interrupt }: Case): Promise<Ran> {
  let told = 0;
  const first = await surge(options, {
    drained,
    ...(kill === undefined ? {} : { dies: kill }),
    abortAt: () => {
      told += 1;
      return told === interrupt;
    },
    during: (world, clock) => {
      for (const accident of accidents) void happen(world, clock, accident);
    },
  });
  if (first.reports !== undefined) return first;
  return await surgeIn(first.world, first.clock, { run: 'second', dead: ['first'], drained });
}

describe('drain --mode surge, whatever happens', () => {
  it('takes no ready pod away that is wanted, and changes nothing for good', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const { world, reports } = await play(one);
        const { replicas, maxUnavailable } = one.options;

        expect(world.losses.filter(({ left, wanted }) => left < wanted)).toEqual([]);
        expect(world.workload.spec?.replicas).toBe(replicas);
        expect(world.workload.spec?.strategy?.rollingUpdate?.maxUnavailable).toBe(maxUnavailable);
        expect(world.workload.metadata.annotations?.[SURGE]).toBeUndefined();
        expect(world.workload.metadata.labels?.[SURGE]).toBeUndefined();
        const isCalm = one.accidents.length === 0 && one.interrupt === undefined && one.options.full !== true;
        if (isCalm) expect(reports?.every(({ drained }) => drained)).toBe(true);
        if (isCalm) expect(world.pods.filter(({ node }) => one.drained.includes(node ?? ''))).toEqual([]);
      }),
      {
        numRuns: Number(process.env.NODEMEND_RUNS ?? 150),
        ...(process.env.NODEMEND_SEED === undefined ? {} : { seed: Number(process.env.NODEMEND_SEED) }),
      },
    );
  }, 120_000);
});

import { drainOptions } from '../../../../agent/drain/command-line.ts';
import { drainNodes } from '../../../../agent/drain/drain.ts';
import type { DrainEvent, NodeReport } from '../../../../agent/drain/events.ts';
import type { SurgeIdentity } from '../../../../agent/drain/surge/context.ts';
import { undoSurges } from '../../../../agent/drain/surge/undo-surges.ts';
import { type VirtualClock, virtualClock } from '../../../fakes/sim/clock.ts';
import type { World, WorldOptions } from '../../../fakes/world/state.ts';
import { clientOf, createWorld } from '../../../fakes/world/world.ts';

export interface Wishes {
  readonly drained?: readonly string[];
  readonly acceptGap?: boolean;
  readonly patience?: number;
  readonly dryRun?: 'none' | 'client' | 'server';
  /** Killed after so many answers of the API server. */
  readonly dies?: number;
  readonly abortAt?: (event: DrainEvent) => boolean;
  readonly during?: (world: World, clock: VirtualClock) => void;
  /** Runs whose programs are dead. */
  readonly dead?: readonly string[];
  readonly run?: string;
}

export interface Ran {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly events: DrainEvent[];
  readonly reports: readonly NodeReport[] | undefined;
  readonly calls: number;
}

const identity = (run: string, dead: readonly string[] = []): SurgeIdentity => ({
  run,
  by: `somebody's ${run}`,
  process: { host: run, boot: 'b', pid: 1, started: 1 },
  isDead: ({ host }) => dead.includes(host),
});

const owner = { kind: 'person', who: 'somebody', at: 0 } as const;

/** One run of `drain --mode surge` in virtual time; with `dies`, until long after its death. */
export async function surgeIn(world: World, clock: VirtualClock, wishes: Wishes = {}): Promise<Ran> {
  const { drained = ['a'], acceptGap = false, patience = 60_000, dryRun = 'none', dies, dead = [], run = 'first' } = wishes;
  const { cluster, workloads, calls } = clientOf(world, dies === undefined ? {} : { dies });
  const events: DrainEvent[] = [];
  const interrupt = new AbortController();
  const tell = (event: DrainEvent) => {
    events.push(event);
    if (wishes.abortAt?.(event) === true) interrupt.abort();
  };
  const options = { ...drainOptions({}, false), dryRun, placement: 'off' as const };
  const surge = { who: identity(run, dead), workloads, acceptGap, patience, atOnce: 2 };
  const nodes = drained.map((name) => ({ metadata: { name } }));
  let reports: readonly NodeReport[] | undefined;
  const failed: unknown[] = [];
  drainNodes({ cluster, clock, options, tell, signal: interrupt.signal, surge }, nodes, owner).then(
    (all) => {
      reports = all;
    },
    (error: unknown) => failed.push(error),
  );
  wishes.during?.(world, clock);
  await clock.until(() => reports !== undefined || failed.length > 0 || (dies !== undefined && calls() > dies), 1_800_000);
  if (failed.length > 0) throw failed[0];
  // What is still under way comes to its end.
  await clock.run(20_000);
  return { world, clock, events, reports, calls: calls() };
}

export async function surge(options: Partial<WorldOptions>, wishes: Wishes = {}): Promise<Ran> {
  const clock = virtualClock();
  const world = createWorld(clock, { replicas: 2, placed: ['a'], nodes: ['a', 'b', 'c'], ...options });
  await clock.run(5_000);
  return await surgeIn(world, clock, wishes);
}

/** What `uncordon` does. */
export async function uncordon({ world, clock }: Ran, dead: readonly string[]): Promise<boolean> {
  const { cluster, workloads } = clientOf(world);
  let clean: boolean | undefined;
  void undoSurges({
    cluster,
    workloads,
    clock,
    who: identity('uncordon', dead),
    nodes: ['a'],
    tell: () => undefined,
    dryRun: 'none',
  }).then((is) => {
    clean = is;
  });
  await clock.until(() => clean !== undefined, 600_000);
  await clock.run(20_000);
  return clean === true;
}

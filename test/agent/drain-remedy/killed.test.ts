import { describe, expect, it } from 'vitest';
import type { MoveOrder, MoveRecord } from '../../../lib/model/move-work.ts';
import { minutes } from '../../../lib/model/units.ts';
import { Killed, life, type MoveWorld, order, web } from '../../fakes/move-world.ts';

interface Story {
  readonly name: string;
  readonly given: MoveOrder;
  readonly make: () => MoveWorld;
  /** Something of the world, by the operations that were done so far. */
  readonly happens?: (world: MoveWorld, operation: string) => void;
}

const held = (): MoveWorld => {
  const world = web();
  world.addPod({ name: 'held', refusals: 10_000 });
  return world;
};

const STORIES: readonly Story[] = [
  { name: 'a drain that succeeds', given: order(), make: web },
  {
    name: 'a drain that fails for the last time',
    given: order({ last: true }, { maxGracePeriod: 90_000, evictionHeadroom: 5000 }),
    make: held,
  },
  {
    name: 'a drain that is called off while it waits',
    given: order(),
    make: web,
    happens: (world, operation) => {
      if (operation === 'save scheduled done') world.trouble = 'gone';
    },
  },
  { name: 'a cordon', given: order({ verb: 'cordon' }), make: web },
];

interface Told {
  readonly record: MoveRecord | undefined;
  readonly world: MoveWorld;
  /** Operations until the end, each with its beginning and its end. */
  readonly operations: number;
}

/** From life to life, each but the last killed at its place among all operations. */
async function tell({ given, make, happens }: Story, kills: readonly number[]): Promise<Told> {
  const world = make();
  let operations = 0;
  const left = [...kills];
  world.before = (operation) => {
    operations += 1;
    happens?.(world, operation);
    if (left[0] !== undefined && operations >= left[0]) {
      left.shift();
      throw new Killed();
    }
  };
  for (let lives = 0; lives <= kills.length; lives += 1) {
    let end: MoveRecord | 'killed' | undefined;
    life(world, given).ended.then(
      (record) => {
        end = record;
      },
      (error) => {
        if (!(error instanceof Killed)) throw error;
        end = 'killed';
      },
    );
    await world.clock.until(() => end !== undefined, minutes(60));
    if (end !== 'killed') return { record: end, world, operations };
    // systemd and the agent need a moment.
    await world.clock.run(5000);
  }
  return { record: undefined, world, operations };
}

/** What must be the same, whenever it was killed. */
function endOf({ record, world }: Told) {
  const { annotations } = world.node.metadata as { annotations: object };
  return {
    outcome: record?.ending?.outcome,
    mark: record?.ending?.mark,
    owned: record?.owned,
    cordoned: world.node.spec.unschedulable === true,
    annotated: Object.keys(annotations),
    pods: [...world.pods.keys()],
    condition: String(world.condition('DrainScheduled')?.message ?? '').replaceAll(/\d{4}-[\dT:.-]+Z/g, 'T'),
    events: world.reasons,
    claim: (world.leases.get('web-1')?.metadata.labels as Record<string, unknown> | undefined)?.['nodemend.io/remedy'],
  };
}

function promises({ world }: Told): readonly string[] {
  const twice = [...world.granted].filter(([, times]) => times > 1).map(([uid]) => `${uid} was evicted twice`);
  const cordons = world.changes.filter(({ what }) => what === 'cordon').length;
  return [...twice, ...(cordons > 1 ? [`${cordons} cordons`] : [])];
}

describe.each(STORIES)('$name', (story) => {
  it('comes to the same end killed at every single step', async () => {
    const whole = await tell(story, []);
    expect(whole.record?.stage).toBe('ended');

    for (let at = 1; at <= whole.operations; at += 1) {
      const told = await tell(story, [at]);
      expect({ at, ...endOf(told) }).toEqual({ at, ...endOf(whole) });
      expect({ at, broken: promises(told) }).toEqual({ at, broken: [] });
    }
  }, 60_000);

  it('comes to the same end killed again and again', async () => {
    const whole = await tell(story, []);

    for (let pace = 3; pace <= 19; pace += 4) {
      const kills = Array.from({ length: 12 }, (_, index) => (index + 1) * pace);
      const told = await tell(story, kills);
      expect({ pace, ...endOf(told) }).toEqual({ pace, ...endOf(whole) });
      expect({ pace, broken: promises(told) }).toEqual({ pace, broken: [] });
    }
  }, 60_000);
});

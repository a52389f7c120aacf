import { describe, expect, it } from 'vitest';
import { seconds } from '../../../lib/model/units.ts';
import { MoveWorld, order, runMove } from '../../fakes/move-world.ts';

const CORDONED_BY = 'nodemend.io/cordoned-by';
const MOVED_FOR = 'nodemend.io/moved-for';

/** Where the program is when somebody does something. */
const STAGES: readonly (readonly [string, RegExp])[] = [
  ['before the cordon', /^save cordoning done/],
  ['right after the cordon', /^PATCH \/api\/v1\/nodes\/web-1 done/],
  ['once the cordon is written down', /^save cordoned done/],
  ['when the drain is announced', /^PATCH \/api\/v1\/nodes\/web-1\/status done/],
  ['while the buffer is waited for', /^save scheduled done/],
  ['when its turn is taken', /^GET .*\/leases\?limit/],
  ['when the drain begins', /^save draining done/],
  ['while pods are moved', /eviction done$/],
];

interface Deed {
  readonly name: string;
  readonly act: (world: MoveWorld) => void;
  /** What has to be so in the end; sentences of what is not. */
  readonly wrong: (world: MoveWorld, before: boolean) => readonly string[];
}

const isCordoned = (world: MoveWorld) => world.nodes.get('web-1')?.spec.unschedulable === true;
const annotationsOf = (world: MoveWorld) => (world.nodes.get('web-1')?.metadata.annotations ?? {}) as Record<string, string>;
const check = (...rules: readonly (readonly [boolean, string])[]) => rules.flatMap(([holds, what]) => (holds ? [] : [what]));

const DEEDS: readonly Deed[] = [
  {
    name: 'kubectl uncordon',
    act: (world) => world.change('web-1', { spec: { unschedulable: null } }),
    wrong: (world, wasCordoned) =>
      wasCordoned
        ? check([!isCordoned(world), 'it was cordoned again'], [!(CORDONED_BY in annotationsOf(world)), 'our word stands still'])
        : [],
  },
  {
    name: 'kubectl cordon by a person before us, or his hand on ours',
    act: (world) =>
      world.change('web-1', {
        metadata: { annotations: { [CORDONED_BY]: 'person: root on web-1 with nodemend cordon, 2026-01-01T00:00:00Z' } },
        spec: { unschedulable: true },
      }),
    wrong: (world) =>
      check(
        [isCordoned(world), 'the person’s cordon was lifted'],
        [annotationsOf(world)[CORDONED_BY]?.startsWith('person:') === true, 'it was taken over'],
      ),
  },
  {
    name: 'the Node is deleted',
    act: (world) => void world.nodes.delete('web-1'),
    wrong: (world) => check([!world.nodes.has('web-1'), 'it came back']),
  },
  {
    name: 'the Node is made anew',
    act: (world) => {
      world.nodes.delete('web-1');
      world.addNode('web-1');
      world.change('web-1', { metadata: { uid: 'another' } });
    },
    wrong: (world) => check([!isCordoned(world), 'the new Node was cordoned']),
  },
  {
    name: 'the label is taken away',
    act: (world) => world.change('web-1', { metadata: { labels: { pool: 'other' } } }),
    wrong: (world) =>
      check([!isCordoned(world), 'it stays cordoned by us'], [annotationsOf(world)[MOVED_FOR] === undefined, 'marked']),
  },
  {
    name: 'Cluster Autoscaler takes the machine',
    act: (world) =>
      world.change('web-1', { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1', effect: 'NoSchedule' }] } }),
    wrong: () => [],
  },
  {
    name: 'nodemend pause',
    act: (world) => {
      world.paused = 'paused: hands off';
    },
    wrong: () => [],
  },
];

const CASES = STAGES.flatMap(([stage, operation]) => DEEDS.map((deed) => [deed.name, stage, operation, deed] as const));

describe('a person is always right', () => {
  it.each(CASES)('%s, %s', async (_name, _stage, operation, deed) => {
    const world = new MoveWorld();
    world.change('web-1', { metadata: { labels: { pool: 'batch' } } });
    world.addPod({ name: 'a' });
    world.addPod({ name: 'held', refusals: 10_000 });
    let done: { readonly at: number; readonly wasCordoned: boolean } | undefined;
    world.before = (name) => {
      if (done !== undefined || !operation.test(name)) return;
      done = { at: world.clock.now(), wasCordoned: isCordoned(world) };
      deed.act(world);
    };

    const record = await runMove(world, order({}, { nodeSelector: 'pool=batch' }));

    expect(done, 'nobody did anything').toBeDefined();
    expect(record?.stage).toBe('ended');
    if (done === undefined) return;
    const { at, wasCordoned } = done;
    // An uncordon of what nobody has cordoned yet is nothing.
    const isNothing = deed.name === 'kubectl uncordon' && !wasCordoned;
    if (isNothing) return;
    expect(deed.wrong(world, wasCordoned)).toEqual([]);
    expect(record?.ending?.outcome).toMatch(/refused|interrupted/);
    const evictedLater = world.changes.filter((one) => one.what.startsWith('evict') && one.at > at + seconds(4));
    expect(evictedLater).toEqual([]);
    const cordonedLater = world.changes.filter((one) => one.what === 'cordon' && one.at > at);
    expect(cordonedLater).toEqual([]);
    expect((world.leases.get('web-1')?.metadata.labels as Record<string, unknown> | undefined)?.['nodemend.io/remedy']).toBe(
      undefined,
    );
    if (record?.announced === true && world.nodes.has('web-1') && deed.name !== 'the Node is made anew')
      expect(world.condition('DrainScheduled')).toMatchObject({
        status: 'False',
        message: expect.stringContaining('| Cancelled'),
      });
  });
});

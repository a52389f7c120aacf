import { describe, expect, it } from 'vitest';
import type { MoveRecord } from '../../../lib/model/move-work.ts';
import { minutes, seconds } from '../../../lib/model/units.ts';
import { Killed, life, MoveWorld, order } from '../../fakes/move-world.ts';

/** mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const NODES = ['web-1', 'web-2', 'web-3', 'web-4'];
const BUFFER = minutes(2);

interface Drain {
  readonly node: string;
  readonly from: number;
  to: number;
}

async function fleet(seed: number) {
  const random = randomOf(seed);
  const world = new MoveWorld();
  for (const node of NODES.slice(1)) world.addNode(node);
  for (const node of NODES)
    for (const pod of ['a', 'b']) world.addPod({ name: `${node}-${pod}`, confirms: 500 + random() * 9000 }, node);
  const drains: Drain[] = [];
  const records = new Map<string, MoveRecord>();
  const saved = (record: MoveRecord, node: string) => {
    const before = records.get(node);
    records.set(node, structuredClone(record));
    if (record.stage === 'draining' && before?.stage !== 'draining')
      drains.push({ node, from: world.clock.now(), to: Number.POSITIVE_INFINITY });
    const going = drains.findLast((one) => one.node === node);
    if (record.stage === 'ending' && going !== undefined) going.to = world.clock.now();
  };
  world.before = () => {
    if (random() < 0.004) throw new Killed();
  };
  const limits = { ...order().limits, unhealthy: { count: 99, ratio: 0 }, sameReason: { count: 99, ratio: 0 } };
  const settings = { buffer: BUFFER, maxCordoned: { count: 4, ratio: 0 } };

  async function live(node: string): Promise<void> {
    await world.clock.sleep(seconds(random() * 30));
    const given = order({ node, action: `${node}.1`, incident: node, limits }, settings);
    for (;;) {
      const mine = {
        read: async () => structuredClone(records.get(node)),
        save: async (record: MoveRecord) => saved(record, node),
      };
      const ended = await life(world, given, { records: mine, random }).ended.catch(() => undefined);
      if (ended !== undefined) return;
      await world.clock.sleep(seconds(3));
    }
  }

  let isOver = false;
  void Promise.all(NODES.map(live)).then(() => {
    isOver = true;
  });
  const inTime = await world.clock.until(() => isOver, minutes(120));
  return { world, drains, records, inTime };
}

describe('four nodes of one fleet, killed now and then', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => [seed + 1]))('seed %d', async (seed) => {
    const { world, drains, records, inTime } = await fleet(seed);
    const starts = drains.map(({ from }) => from).toSorted((a, b) => a - b);
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    const overlapping = drains.filter((one) =>
      drains.some((other) => other !== one && other.from < one.to && one.from < other.to),
    );

    expect(inTime).toBe(true);
    expect([...records.values()].map(({ ending }) => ending?.outcome)).toEqual(NODES.map(() => 'succeeded'));
    expect(drains.map(({ node }) => node).toSorted()).toEqual(NODES);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(BUFFER - seconds(5));
    expect(overlapping).toEqual([]);
    expect([...world.granted.values()].every((times) => times === 1)).toBe(true);
    expect(world.pods.size).toBe(0);
  });
});

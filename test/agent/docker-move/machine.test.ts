import { describe, expect, it } from 'vitest';
import { carryOn, goBack } from '../../../agent/docker-move/machine.ts';
import { MoveFailure, type MoveNode } from '../../../agent/docker-move/node.ts';
import { journal, NEW, OLD, World } from './world.ts';

type Method = Exclude<keyof MoveNode, 'now'>;
/** What comes to pass at one call. `after`: it was done, and nobody heard of it. */
type Accident = 'kill' | 'kill-after' | 'reboot' | 'reboot-after' | 'fail' | 'fail-after';

const tell = { say: () => undefined, progress: () => undefined };
const ACCIDENTS: readonly Accident[] = ['kill', 'kill-after', 'reboot', 'reboot-after', 'fail', 'fail-after'];

/** Every call of a node goes through `hook`; one that is killed never comes back. */
function hooked(node: MoveNode, hook: (method: Method, call: () => unknown) => Promise<unknown>): MoveNode {
  return new Proxy(node, {
    get(target, name: keyof MoveNode) {
      const method = target[name] as (...words: unknown[]) => unknown;
      if (name === 'now') return method;
      return (...words: unknown[]) => hook(name, () => method(...words));
    },
  });
}

async function callsOf(run: (node: MoveNode) => Promise<unknown>, world = new World()): Promise<Method[]> {
  const calls: Method[] = [];
  const note = async (method: Method, call: () => unknown) => {
    calls.push(method);
    return await call();
  };
  await run(hooked(world.node(), note)).catch(() => undefined);
  return calls;
}

/** Runs until the accident at call `at`; `killed`: the run has come to nothing more. */
async function runInto(world: World, accident: Accident, at: number, run: (node: MoveNode) => Promise<unknown>) {
  const { promise: killed, resolve } = Promise.withResolvers<'killed'>();
  const never = new Promise<never>(() => undefined);
  let count = 0;
  const hook = async (method: Method, call: () => unknown) => {
    count += 1;
    if (count !== at) return await call();
    if (method === 'unpause' && accident === 'fail') world.pausedForGood = true;
    if (accident.endsWith('after')) await call();
    if (accident.startsWith('fail')) throw new MoveFailure('injected');
    if (accident.startsWith('reboot')) world.reboot();
    resolve('killed');
    return await never;
  };
  return await Promise.race([run(hooked(world.node(), hook)).catch((error: unknown) => error), killed]);
}

/** What an operator does: run it again, until it is over. */
async function untilOver(world: World): Promise<void> {
  for (let runs = 0; runs < 3 && world.saved !== undefined && world.saved.outcome === undefined; runs += 1) {
    await carryOn(world.saved, { node: world.node(), tell }).catch(() => undefined);
  }
}

const isUntouched = (world: World) => world.saved === undefined;

describe('a move that goes well', () => {
  it('ends on the new root, with the old data still there', async () => {
    const world = new World();

    const end = await carryOn(journal, { node: world.node(), tell });

    expect(end.outcome).toBe('moved');
    expect(world.complaints()).toEqual([]);
    expect(world.root).toBe(NEW);
    expect(world.data.get(OLD)).toContain('i1');
    expect(world.marker).toBe(false);
  });
});

const forward = (node: MoveNode) => carryOn(journal, { node, tell });
const calls = await callsOf(forward);
const table = ACCIDENTS.flatMap((accident) => calls.map((method, index) => [accident, index + 1, method] as const));

describe('one accident at each call of the whole way', () => {
  it('is a table worth the name', () => expect(table.length).toBeGreaterThan(200));

  it.each(table)('%s at call %i (%s): over after running it again, nothing lost', async (accident, at) => {
    const world = new World();

    await runInto(world, accident, at, forward);
    await untilOver(world);

    if (isUntouched(world)) expect(world.wrongs).toEqual([]);
    else expect(world.complaints()).toEqual([]);
  });
});

/** A second accident on the way back from a first. */
const failing = (node: MoveNode) => {
  const broken = hooked(node, async (method, call) => {
    if (method === 'differences') return ['a file'];
    return await call();
  });
  return carryOn(journal, { node: broken, tell });
};
const backCalls = await callsOf(failing);
const backTable = ACCIDENTS.flatMap((accident) => backCalls.map((method, index) => [accident, index + 1, method] as const));

describe('one accident at each call of a way that leads back', () => {
  it.each(backTable)('%s at call %i (%s)', async (accident, at) => {
    const world = new World();

    await runInto(world, accident, at, failing);
    await untilOver(world);

    if (isUntouched(world)) expect(world.wrongs).toEqual([]);
    else expect(world.complaints()).toEqual([]);
  });
});

describe('killed in the midst of the copy, while rsync lives on', () => {
  async function killedAtHalf(): Promise<World> {
    const world = new World();
    const { promise: killed, resolve } = Promise.withResolvers<void>();
    const half = async () => {
      resolve();
      await new Promise<never>(() => undefined);
    };
    await Promise.race([carryOn(journal, { node: world.node(half), tell }), killed]);
    expect(world.copying).toBe(true);
    return world;
  }

  it('it is gone on with, by one copier', async () => {
    const world = await killedAtHalf();
    await untilOver(world);

    expect(world.saved?.outcome).toBe('moved');
    expect(world.complaints()).toEqual([]);
  });

  it('it is given up, and nothing is copied any more', async () => {
    const world = await killedAtHalf();
    await goBack(world.saved ?? journal, 'given up', { node: world.node(), tell });

    expect(world.saved?.outcome).toBe('rolled-back');
    expect(world.complaints()).toEqual([]);
  });
});

describe('what never works', () => {
  const onlyNew = (world: World, method: Method) => method === 'start' && world.config !== '{}';
  it.each([
    ['the kubelet cannot be held', (method: Method) => method === 'hold'],
    ['a container does not stop', (method: Method) => method === 'stopContainers'],
    ['no space left on the target', (method: Method) => method === 'copy'],
    ['the copy differs, or cannot be compared', (method: Method) => method === 'differences'],
    ['the target cannot be flushed', (method: Method) => method === 'flush'],
    ['daemon.json is read-only', (method: Method) => method === 'switchConfig'],
    ['dockerd refuses the new root', (method: Method, world: World) => onlyNew(world, method)],
  ] as const)('%s: back on the old root', async (_what, isBroken) => {
    const world = new World();
    const node = hooked(world.node(), async (method, call) => {
      if (isBroken(method, world)) throw new MoveFailure('for good');
      return await call();
    });

    await carryOn(journal, { node, tell });

    expect(world.saved).toMatchObject({ outcome: 'rolled-back', cause: expect.stringContaining('for good') });
    expect(world.complaints()).toEqual([]);
  });

  it('a target that was unmounted gets no byte', async () => {
    const world = new World();
    world.marker = false;

    const end = await carryOn(journal, { node: world.node(), tell });

    expect(end).toMatchObject({ outcome: 'rolled-back', cause: expect.stringContaining('no marker') });
    expect(world.data.get(NEW)).toEqual(new Set());
    expect(world.complaints()).toEqual([]);
  });

  it('something is missing on the new root', async () => {
    const world = new World();
    const node = hooked(world.node(), async (method, call) => {
      if (method === 'inventory' && world.active.has('docker.service') && world.root === NEW) world.data.get(NEW)?.delete('i2');
      return await call();
    });

    const end = await carryOn(journal, { node, tell });

    expect(end).toMatchObject({ outcome: 'rolled-back', cause: expect.stringContaining('1 image is missing: i2') });
    expect(world.complaints()).toEqual([]);
  });
});

describe('a way back that fails too', () => {
  it.each([
    'mountsBelow',
    'restoreConfig',
    'start',
    'inventory',
  ] as const)('%s: it says so, and the next run tries again', async (broken) => {
    const world = new World();
    const node = hooked(world.node(), async (method, call) => {
      if (method === 'flush' || (method === broken && calledFlush)) {
        calledFlush = true;
        throw new MoveFailure('for good');
      }
      return await call();
    });
    let calledFlush = false;

    await expect(carryOn(journal, { node, tell })).rejects.toThrow('for good');
    expect(world.saved?.outcome).toBeUndefined();
    await untilOver(world);

    expect(world.saved?.outcome).toBe('rolled-back');
    expect(world.complaints()).toEqual([]);
  });
});

describe('a person', () => {
  it('interrupts it in the copy: back on the old root', async () => {
    const world = new World();
    const stop = new AbortController();
    const node = world.node(async () => stop.abort());

    const end = await carryOn(journal, { node, tell, signal: stop.signal });

    expect(end).toMatchObject({ outcome: 'rolled-back', cause: 'it was interrupted' });
    expect(world.complaints()).toEqual([]);
  });

  it('edits daemon.json in between: what he wrote is not copied over by a move that goes on', async () => {
    const world = new World();
    await runInto(world, 'kill', calls.indexOf('flush') + 1, forward);
    world.config = '{"debug":true}';

    const end = world.saved && (await carryOn(world.saved, { node: world.node(), tell }));

    expect(end).toMatchObject({ outcome: 'rolled-back', cause: expect.stringContaining('changed by somebody') });
  });

  it('gives it up after a kill in the copy', async () => {
    const world = new World();
    await runInto(world, 'kill', calls.indexOf('copy') + 1, forward);

    const end = world.saved && (await goBack(world.saved, 'given up', { node: world.node(), tell }));

    expect(end?.outcome).toBe('rolled-back');
    expect(world.complaints()).toEqual([]);
  });

  it('starts the host again after the switch: what the kubelet made on the new root stays', async () => {
    const world = new World();
    await runInto(world, 'reboot-after', calls.indexOf('switchConfig') + 1, forward);
    await untilOver(world);

    expect(world.complaints()).toEqual([]);
    expect(world.data.get(NEW)).toContain('boot-1');
  });

  it('starts the host again in the copy: what the kubelet made on the old root is copied too', async () => {
    const world = new World();
    await runInto(world, 'reboot', calls.indexOf('differences') + 1, forward);
    await untilOver(world);

    expect(world.saved?.outcome).toBe('moved');
    expect(world.data.get(NEW)).toContain('boot-1');
  });
});

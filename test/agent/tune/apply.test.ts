import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { applyEviction } from '../../../agent/tune/apply.ts';
import type { Mechanism } from '../../../lib/tune/node.ts';
import { SCRATCH } from '../../fakes/scratch.ts';
import {
  beginRevert,
  type Case,
  callsOf,
  faultsOf,
  isNew,
  LAYOUTS,
  nextRun,
  placesBelow,
  prepare,
} from '../../fakes/tune-failures.ts';
import type { Weather } from '../../fakes/tuned-node.ts';

const directory = mkdtempSync(join(SCRATCH, 'nodemend-tune-'));
const place = placesBelow(directory);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const MECHANISMS = Object.keys(LAYOUTS) as Mechanism[];
const both = MECHANISMS.flatMap((mechanism) => (['apply', 'revert'] as const).map((what) => [mechanism, what] as const));

/** Between two calls that change nothing a kill is the same kill; `bench:tune-failures` has them all. */
async function changing(one: Omit<Case, 'weather'>, weather: Weather = {}): Promise<readonly (readonly [number, string])[]> {
  const calls = await callsOf(place(), one, weather);
  return [...calls.entries()].filter(([, call]) => !/^(read|stat) /.test(call));
}

/** Beside each other: most of their time they wait for a file. */
async function each<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  await Promise.all([...items].map(work));
}

async function run(one: Case) {
  const { node, transaction, old } = await prepare(place(), one);
  const hands = node.hands(one.weather);
  const end = await applyEviction(transaction, hands);
  return { node, end, old, calls: hands.calls };
}

describe('applyEviction', () => {
  it.each(MECHANISMS)('by %s: the new set runs, and --revert restores every byte', async (mechanism) => {
    const { node, end, old } = await run({ mechanism, what: 'apply', weather: {} });

    expect(end).toMatchObject({ outcome: 'applied' });
    expect(node.running()).toMatchObject({ 'nodefs.available': '6%', 'memory.available': '100Mi', 'imagefs.inodesFree': '5%' });

    const revert = await beginRevert(node);
    expect(revert && (await applyEviction(revert, node.hands()))).toMatchObject({ outcome: 'applied' });
    expect(node.files()).toEqual(old);
    expect(isNew(node.running() ?? {})).toBe(false);
    expect(await beginRevert(node)).toBeUndefined();
  });

  it.each([
    ['a set that the kubelet refuses', { refuses: isNew }],
    ['a kubelet whose Node never becomes Ready', { unready: isNew }],
  ] satisfies [string, Weather][])('%s: rolled back to the byte, by every mechanism', async (_name, weather) => {
    await each(MECHANISMS, async (mechanism) => {
      const { node, end, old } = await run({ mechanism, what: 'apply', weather });

      expect(end).toMatchObject({ outcome: 'rolled-back' });
      expect(faultsOf(node, old)).toEqual({ set: 'old', faults: [] });
      expect(await node.hands().journal.read()).toMatchObject({ state: 'kept', kept: { files: [] } });
    });
  });

  it('keeps the first state of a file over a second change', async () => {
    const first = await run({ mechanism: 'extra-args', what: 'apply', weather: {} });
    const found = await first.node.hands().journal.read();

    expect(found).toMatchObject({ state: 'kept', kept: { mechanism: 'extra-args', files: [{ path: '/etc/default/kubelet' }] } });
  });
});

/** For what bench:tune-failures does with every call: each third one, others in other mechanisms. */
const someOf = (calls: readonly (readonly [number, string])[], mechanism: string) =>
  calls.filter(([index]) => (index + mechanism.length) % 3 === 0);

/** Each call of a run, failing in the way that is usual for it. */
const codeOf = (call: string) => (/^(write|mkdir|fsync)/.test(call) ? 'ENOSPC' : 'EROFS');

describe('calls that fail', () => {
  it.each(both)('%s %s', async (mechanism, what) => {
    const calls = await changing({ mechanism, what });
    expect(calls.length).toBeGreaterThan(20);
    await each(someOf(calls, mechanism), async ([index, call]) => {
      const at = { call: index + 1, how: 'fail', code: codeOf(call) } as const;
      const { node, end, old } = await run({ mechanism, what, weather: { at } });
      const state = faultsOf(node, old);
      const told = `${call} fails: ${end.outcome}, ${end.why}`;

      expect(state.set, told).not.toBe('neither');
      expect(state.faults, told).toEqual([]);
      // What could not be closed, the next run closes.
      expect(['applied', 'rolled-back', 'nothing open'], told).toContain(await nextRun(node));
      expect((await node.hands().journal.read()).state, told).not.toBe('open');
    });
  });
});

describe('a file system that becomes read-only, for good', () => {
  it.each(both)('%s %s', async (mechanism, what) => {
    const calls = await changing({ mechanism, what });
    await each(someOf(calls, mechanism), async ([index, call]) => {
      const at = { call: index + 1, how: 'fail', code: 'EROFS', andAfter: true } as const;
      const { node, end, old } = await run({ mechanism, what, weather: { at } });
      const told = `${call} and all after it fail: ${end.outcome}, ${end.why}`;

      expect(faultsOf(node, old).set, told).not.toBe('neither');
      await nextRun(node);
      const state = faultsOf(node, old);
      expect(state.set, told).not.toBe('neither');
      expect(state.faults, told).toEqual([]);
      expect((await node.hands().journal.read()).state, told).not.toBe('open');
    });
  });
});

describe('killed at every call', () => {
  it.each(both)('%s %s', async (mechanism, what) => {
    const calls = await changing({ mechanism, what });
    await each(calls, async ([index, call]) => {
      const { node, old } = await run({ mechanism, what, weather: { at: { call: index + 1, how: 'kill-after' } } });
      expect(faultsOf(node, old).set, call).not.toBe('neither');

      await nextRun(node);
      const state = faultsOf(node, old);
      expect(state.set, call).not.toBe('neither');
      expect(state.faults, call).toEqual([]);
      expect((await node.hands().journal.read()).state, call).not.toBe('open');
    });
  });
});

describe('killed on the way back from a set that the kubelet refuses', () => {
  it.each(MECHANISMS)('%s: and killed once more in the next run', async (mechanism) => {
    const one = { mechanism, what: 'apply' } as const;
    const calls = await changing(one, { refuses: isNew });
    await each(someOf(calls, mechanism), async ([index, call]) => {
      const first: Weather = { refuses: isNew, at: { call: index + 1, how: 'kill-after' } };
      const { node, old } = await run({ ...one, weather: first });
      // The second kill comes somewhere in the next run, another place for each.
      await nextRun(node, { refuses: isNew, at: { call: 2 + ((index * 7) % 40), how: 'kill-before' } });
      await nextRun(node, { refuses: isNew });

      expect(faultsOf(node, old), call).toEqual({ set: 'old', faults: [] });
      expect((await node.hands().journal.read()).state, call).not.toBe('open');
    });
  });
});

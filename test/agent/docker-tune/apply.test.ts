import { describe, expect, it } from 'vitest';
import { applySettings, changedByOthers, revertSettings } from '../../../agent/docker-tune/apply.ts';
import type { TuneHands, TuneJournal } from '../../../agent/docker-tune/hands.ts';
import { parseTuneJournal } from '../../../agent/docker-tune/journal.ts';

const PATH = '/etc/docker/daemon.json';
const BEFORE = '{ "debug":false }\n';
const AFTER = '{ "live-restore": true, "debug":false }\n';

const journal: TuneJournal = {
  ...{ version: 1, state: 'under-way', going: 'forward', at: '2026-01-01T00:00:00Z', path: PATH, mode: 0o600 },
  ...{ before: BEFORE, after: AFTER, wantsLiveRestore: true, hadLiveRestore: false, hadUntriedEdits: false },
};

class Killed extends Error {}

interface World {
  file: string | undefined;
  journal: TuneJournal | undefined;
  live: boolean;
  pid: number;
  recorded: string | undefined;
  clock: number;
  reloads: number;
}

const newWorld = (): World => ({
  ...{ file: BEFORE, journal: undefined, live: false, pid: 7, recorded: undefined, clock: 1000, reloads: 0 },
});

interface Behaviour {
  /** The n-th call of a hand fails, or the program dies in it, before or after it did its work. */
  readonly failAt?: number;
  readonly how?: 'throws' | 'killed-before' | 'killed-after';
  readonly ignoresReload?: boolean;
  readonly refusesFile?: boolean;
  readonly objects?: string;
  readonly restarts?: boolean;
}

/** A docker that does what dockerd does: a reload sets what the file says, and forgets nothing that it does not say. */
function handsOf(
  world: World,
  { failAt, how = 'throws', ...behaviour }: Behaviour = {},
): TuneHands & { readonly calls: () => number } {
  let calls = 0;
  let dead = false;
  const set = (more: Partial<World>): void => void Object.assign(world, more);
  function step<Value>(work: () => Value): Value {
    if (dead) throw new Killed();
    calls += 1;
    if (calls !== failAt) return work();
    if (how === 'throws') throw new Error('no space left on device');
    if (how === 'killed-after') work();
    dead = true;
    throw new Killed();
  }
  return {
    calls: () => calls,
    readText: () => world.file,
    write: (_, text) => step(() => set({ file: text })),
    remove: () => step(() => set({ file: undefined })),
    saveJournal: (one) => step(() => set({ journal: one })),
    objection: async () => step(() => behaviour.objects),
    reload: async () =>
      step(() => {
        world.reloads += 1;
        if (behaviour.ignoresReload === true) return;
        if (behaviour.restarts === true) world.pid += 1;
        const settings = JSON.parse(world.file ?? '{}') as { 'live-restore'?: boolean };
        world.live = settings['live-restore'] ?? world.live;
      }),
    docker: async () => step(() => ({ pid: world.pid, startTicks: world.pid * 100, liveRestore: world.live })),
    reloadReported: async () =>
      behaviour.refusesFile === true ? { ok: false, line: 'unable to configure the Docker daemon' } : { ok: true, line: '' },
    recordReload: async () => step(() => set({ recorded: world.file })),
    now: () => world.clock,
    async sleep(duration) {
      world.clock += duration;
      if (dead) throw new Killed();
    },
  };
}

/** The command's next run, on a host that does nothing wrong any more. */
async function runAgain(world: World): Promise<void> {
  const last = world.journal;
  if (last?.state !== 'under-way') return;
  expect(changedByOthers(handsOf(world), last)).toBe(false);
  await (last.going === 'forward' ? applySettings(handsOf(world), last) : revertSettings(handsOf(world), last));
}

const isOld = ({ file, live }: World) => file === BEFORE && !live;
const isNew = ({ file, live }: World) => file === AFTER && live;

describe('applySettings', () => {
  it('writes, reloads once, is proved, and tells the agent', async () => {
    const world = newWorld();
    const result = await applySettings(handsOf(world), journal);

    expect(result.state).toBe('applied');
    expect(isNew(world)).toBe(true);
    expect(world).toMatchObject({ reloads: 1, recorded: AFTER, journal: { state: 'applied' } });
  });

  it.each<[string, Behaviour, string]>([
    ['docker does not take it over', { ignoresReload: true }, 'live-restore on within 20s'],
    ['docker refuses the file', { refusesFile: true }, 'unable to configure'],
    ['dockerd --validate objects', { objects: 'unknown key' }, 'unknown key'],
    ['docker was restarted meanwhile', { restarts: true }, 'restarted'],
  ])('goes back to the byte when %s', async (_, behaviour, cause) => {
    const world = newWorld();
    const result = await applySettings(handsOf(world, behaviour), journal);

    expect(result).toMatchObject({ state: 'rolled-back', cause: expect.stringContaining(cause) });
    expect(world.file).toBe(BEFORE);
    expect(world.journal?.state).toBe('rolled-back');
  });

  it('removes a file that was not there', async () => {
    const world = { ...newWorld(), file: undefined };
    await applySettings(handsOf(world, { ignoresReload: true }), { ...journal, before: null });

    expect(world.file).toBeUndefined();
  });

  it('does not call edits of others tried', async () => {
    const world = newWorld();
    await applySettings(handsOf(world), { ...journal, hadUntriedEdits: true });

    expect(world.recorded).toBeUndefined();
  });

  it('whatever one call fails: the old file or the new one, and docker with it', async () => {
    const most = await countCalls(applySettings, newWorld());
    for (let failAt = 1; failAt <= most; failAt += 1) {
      const world = newWorld();
      await applySettings(handsOf(world, { failAt }), journal).catch(() => undefined);
      await runAgain(world);

      expect([failAt, isOld(world) || isNew(world)]).toEqual([failAt, true]);
    }
    expect(most).toBeGreaterThanOrEqual(7);
  });

  it('killed before or after any call, the next run ends it one way or the other', async () => {
    const most = await countCalls(applySettings, newWorld());
    for (const how of ['killed-before', 'killed-after'] as const) {
      for (let failAt = 1; failAt <= most; failAt += 1) {
        const world = newWorld();
        await applySettings(handsOf(world, { failAt, how }), journal).catch(() => undefined);
        await runAgain(world);

        expect([how, failAt, isOld(world) || isNew(world)]).toEqual([how, failAt, true]);
      }
    }
  });
});

describe('revertSettings', () => {
  const applied = (): World => ({ ...newWorld(), file: AFTER, live: true, journal: { ...journal, state: 'applied' } });

  it('switches live-restore off in the running docker, which a missing key would not, and restores the file to the byte', async () => {
    const world = applied();
    const result = await revertSettings(handsOf(world), journal);

    expect(result.state).toBe('reverted');
    expect(isOld(world)).toBe(true);
    expect(world.recorded).toBe(BEFORE);
  });

  it('leaves a live-restore on that was on before', async () => {
    const world = applied();
    await revertSettings(handsOf(world), { ...journal, hadLiveRestore: true });

    expect(world).toMatchObject({ file: BEFORE, live: true, reloads: 0 });
  });

  it('killed before or after any call, the next run ends it', async () => {
    const most = await countCalls(revertSettings, applied());
    for (const how of ['killed-before', 'killed-after'] as const) {
      for (let failAt = 1; failAt <= most; failAt += 1) {
        const world = applied();
        await revertSettings(handsOf(world, { failAt, how }), journal).catch(() => undefined);
        await runAgain(world);

        expect([how, failAt, isOld(world) || isNew(world)]).toEqual([how, failAt, true]);
      }
    }
  });

  it('sees a file that somebody else has changed since', () => {
    expect(changedByOthers(handsOf({ ...applied(), file: '{}' }), journal)).toBe(true);
    expect(changedByOthers(handsOf(applied()), journal)).toBe(false);
  });
});

async function countCalls(work: typeof applySettings, world: World): Promise<number> {
  const hands = handsOf(world);
  await work(hands, journal);
  return hands.calls();
}

describe('parseTuneJournal', () => {
  it('reads what was written, and nothing else', () => {
    expect(parseTuneJournal(JSON.stringify(journal))).toEqual(journal);
    for (const text of [
      '',
      'null',
      '7',
      '{}',
      '[]',
      JSON.stringify({ ...journal, path: 'daemon.json' }),
      JSON.stringify(journal).slice(0, -9),
    ]) {
      expect(parseTuneJournal(text)).toBeUndefined();
    }
  });
});

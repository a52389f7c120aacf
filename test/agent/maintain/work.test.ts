import { describe, expect, it } from 'vitest';
import { abort, resume } from '../../../agent/maintain/run.ts';
import { carryOn, type MaintainEnd } from '../../../agent/maintain/work.ts';
import type { MaintainOrder } from '../../../lib/maintain/record.ts';
import {
  bootOf,
  handsOf,
  KilledError,
  newWorld,
  OTHER,
  OWNER,
  order,
  RebootedError,
  readJournal,
  type Weather,
  type World,
} from '../../fakes/maintained-node.ts';

type Run = MaintainEnd['kind'] | 'killed' | 'rebooted';

const options = (said: string[] = []) => ({
  say: (text: string) => said.push(text),
  enter: () => undefined,
  signal: new AbortController().signal,
});

async function ending(work: () => Promise<MaintainEnd>): Promise<Run> {
  try {
    return (await work()).kind;
  } catch (error) {
    if (error instanceof KilledError) return 'killed';
    if (error instanceof RebootedError) return 'rebooted';
    throw error;
  }
}

const begin = (world: World, weather: Weather = {}, changes: Partial<MaintainOrder> = {}): Promise<Run> =>
  ending(() => carryOn({ order: order(changes), stage: 'drain', boot: bootOf(world) }, handsOf(world, weather), options()));

interface Words {
  readonly command?: 'rerun' | 'skip';
  readonly skipValidation?: boolean;
  readonly unattended?: boolean;
}

async function goOn(world: World, words: Words = {}, weather: Weather = {}, said: string[] = []): Promise<Run | 'nothing'> {
  const record = readJournal(world);
  if (record === undefined) return 'nothing';
  const given = { skipValidation: false, unattended: false, ...words };
  return await ending(() => resume(record, given, handsOf(world, weather), options(said)));
}

/** What the unit does after a boot, and a person whenever it stands still. */
async function toTheEnd(world: World, first: Run, weather: Weather = {}): Promise<readonly (Run | 'nothing')[]> {
  const all: (Run | 'nothing')[] = [first];
  for (let turn = 0; turn < 8; turn += 1) {
    const last = all.at(-1);
    if (last === 'done' || last === 'nothing' || last === 'overruled') return all;
    if (last === 'rebooted' && world.armed) all.push(await goOn(world, { unattended: true }, weather));
    else if (last === 'stopped') all.push(await goOn(world, { command: 'rerun' }, weather));
    else all.push(await goOn(world, {}, weather));
  }
  return all;
}

const settled = { node: { unschedulable: false, owner: undefined }, journal: undefined, armed: false, faults: [] };

/** The calls of a run from the beginning to the end. */
async function callsOf(weather: Weather = {}): Promise<number> {
  const world = newWorld();
  await toTheEnd(world, await begin(world, weather));
  return world.calls.length;
}

describe('maintain', () => {
  it('drains, runs the command once, reboots once, validates, and only then uncordons', async () => {
    const world = newWorld();
    const ends = await toTheEnd(world, await begin(world));

    expect(ends).toEqual(['rebooted', 'done']);
    expect(world).toMatchObject({ ...settled, runs: 1, reboots: 1, validations: 1 });
    const order = ['drain', 'command', 'arm', 'last look', 'reboot', 'validate', 'uncordon', 'disarm', 'journal cleared'];
    expect(world.calls.filter((call) => order.includes(call))).toEqual(order);
  });

  it('without a reboot has none', async () => {
    const world = newWorld();

    expect(await begin(world, {}, { reboot: false })).toBe('done');
    expect(world).toMatchObject({ ...settled, runs: 1, reboots: 0, validations: 1 });
  });

  it.each<[string, Weather, string]>([
    ['a drain that fails', { drain: 'fails' }, 'drain'],
    ['a command that fails', { codes: [3] }, 'command'],
    ['something in the way of the reboot', { look: ['process 812 (java) is of pod default/web'] }, 'reboot'],
    ['a host that does not go down', { staysUp: true }, 'reboot'],
  ])('stops at %s, and stays cordoned', async (_what, weather, stage) => {
    const world = newWorld();

    expect(await begin(world, weather)).toBe('stopped');
    expect(world.node).toEqual({ unschedulable: true, owner: OWNER });
    expect(readJournal(world)).toMatchObject({ stage, stopped: { waiting: false } });
    expect(world.validations).toBe(0);
  });

  it('stops where the node is not well, and a person may uncordon it all the same', async () => {
    const world = newWorld();

    expect(await begin(world, { unwell: 'kubelet down' }, { reboot: false })).toBe('stopped');
    expect(world.node).toMatchObject({ unschedulable: true });
    expect(await goOn(world, { skipValidation: true })).toBe('done');
    expect(world).toMatchObject(settled);
  });

  it('waits for a person, whose --resume says that the work is done', async () => {
    const world = newWorld();

    expect(await begin(world, {}, { command: [], reboot: false })).toBe('waiting');
    expect(world.node).toMatchObject({ unschedulable: true });
    expect(await goOn(world)).toBe('done');
    expect(world).toMatchObject({ ...settled, runs: 0 });
  });

  const ELSEWHERE = { command: [], reboot: true, here: false };

  it('takes the reboot of another host for its reboot, also where the person did it with the rest of the work', async () => {
    const world = newWorld();
    expect(await begin(world, {}, ELSEWHERE)).toBe('waiting');
    world.boot += 1;

    expect(await goOn(world)).toBe('done');
    expect(world).toMatchObject(settled);
    expect(world.calls).not.toContain('await reboot');
  });

  it('waits for the reboot of another host that has only been worked on', async () => {
    const world = newWorld();
    await begin(world, {}, ELSEWHERE);
    const said: string[] = [];

    expect(await goOn(world, {}, {}, said)).toBe('done');
    expect(world.calls).toContain('await reboot');
    expect(said).toContain('rebooted: boot id boot-1 before, boot-2 now');
  });

  it('leaves a cordon that stood before', async () => {
    const world = newWorld();
    world.node = { unschedulable: true, owner: OTHER };

    expect(await begin(world, {}, { reboot: false })).toBe('done');
    expect(world).toMatchObject({ ...settled, node: { unschedulable: true, owner: OTHER }, runs: 1 });
  });
});

describe('a command', () => {
  it('that failed is not run again without a word', async () => {
    const world = newWorld();
    await begin(world, { codes: [3] }, { reboot: false });

    expect(await goOn(world)).toBe('stopped');
    expect(world.runs).toBe(1);
    expect(await goOn(world, { command: 'rerun' })).toBe('done');
    expect(world).toMatchObject({ ...settled, runs: 2 });
  });

  it('may be passed over', async () => {
    const world = newWorld();
    await begin(world, { codes: [3] }, { reboot: false });

    expect(await goOn(world, { command: 'skip' })).toBe('done');
    expect(world).toMatchObject({ ...settled, runs: 1 });
  });

  it('that was killed along is not guessed at', async () => {
    const world = newWorld();
    const calls = 'journal drain, drain, look, journal command, look, command cleaned, journal command'.split(', ').length;
    const killed = await begin(world, { kill: { call: calls + 1, when: 'after' }, orphan: 'dies' });

    expect(killed).toBe('killed');
    expect(world.calls.at(-1)).toBe('command');
    expect(await goOn(world)).toBe('stopped');
    expect(world.runs).toBe(1);
  });
});

describe('killed at every call', () => {
  const whens = ['before', 'after'] as const;

  it.each(whens)('%s it takes effect: goes on to the same end, by the unit or a person', async (when) => {
    const most = await callsOf();
    expect(most).toBeGreaterThan(20);
    for (let call = 1; call <= most; call += 1) {
      for (const orphan of ['ends', 'dies'] as const) {
        const world = newWorld();
        const ends = await toTheEnd(world, await begin(world, { kill: { call, when }, orphan }));
        const told = `${when} ${call} ${world.calls[call - 1]}, ${orphan}: ${ends.join(', ')}`;

        if (call === 1 && when === 'before') {
          expect(ends, told).toEqual(['killed', 'nothing']);
          continue;
        }
        expect(['done', 'nothing'], told).toContain(ends.at(-1));
        expect(world, told).toMatchObject({ ...settled, reboots: 1 });
        // Twice only where nobody knew how it had ended, and a person said so.
        expect(world.runs, told).toBe(ends.includes('stopped') ? 2 : 1);
      }
    }
  });

  it.each(whens)('%s it takes effect: --abort takes everything back', async (when) => {
    const most = await callsOf();
    for (let call = 1; call <= most; call += 1) {
      const world = newWorld();
      const first = await begin(world, { kill: { call, when } });
      const record = readJournal(world);
      const told = `${when} ${call} ${world.calls[call - 1]}: ${first}`;
      if (record !== undefined) expect((await abort(record, handsOf(world), () => undefined)).kind, told).toBe('aborted');
      expect(world, told).toMatchObject(settled);
    }
  });

  it('also in --abort itself, which is begun again', async () => {
    for (let call = 1; call <= 4; call += 1) {
      const world = newWorld();
      await begin(world, { codes: [1] });
      const record = readJournal(world);
      if (record === undefined) throw new Error('no journal');
      const so = world.calls.length;
      await ending(() => abort(record, handsOf(world, { kill: { call: so + call, when: 'after' } }), () => undefined));
      const again = readJournal(world);
      if (again !== undefined) await abort(again, handsOf(world), () => undefined);
      expect(world, `call ${call}`).toMatchObject(settled);
    }
  });
});

describe('a person is at work, too', () => {
  it.each(['uncordon', 'cordon', 'delete'] as const)('%s at every call: what he did stands', async (does) => {
    const most = await callsOf();
    // Before the cordon stands there is nothing to be overruled.
    for (let call = 3; call <= most; call += 1) {
      const world = newWorld();
      const weather: Weather = { person: { call, does } };
      const ends = await toTheEnd(world, await begin(world, weather), weather);
      const told = `${call} ${world.calls[call - 1]}: ${ends.join(', ')}`;
      if (world.calls.length < call) continue;

      expect(['overruled', 'done', 'nothing'], told).toContain(ends.at(-1));
      expect(world.cordons, told).toBe(1);
      expect(world.journal, told).toBeUndefined();
      expect(world.armed, told).toBe(false);
      if (does === 'delete') expect(world.node, told).toBe('absent');
      else expect(world.node, told).toEqual(does === 'cordon' ? { unschedulable: true, owner: OTHER } : settled.node);
    }
  });
});

describe('after the boot', () => {
  it.each<[string, (world: World) => Promise<Run>]>([
    ['a stage that stopped before', (world) => begin(world, { look: ['/etc/nodemend/no-reboot exists'] })],
    ['a command that was cut short', (world) => begin(world, { kill: { call: 8, when: 'after' }, orphan: 'dies' })],
  ])('nobody decides for a person: %s', async (_what, first) => {
    const world = newWorld();
    await first(world);
    world.boot += 1;
    const before = world.calls.length;

    expect(await goOn(world, { unattended: true })).toBe('stopped');
    expect(world.calls.length).toBe(before);
  });

  it('a boot id that is the same is no reboot', async () => {
    const world = newWorld();
    await begin(world, { staysUp: true, kill: { call: 99, when: 'after' } });
    const record = readJournal(world);
    if (record === undefined) throw new Error('no journal');
    const { stopped: _stopped, ...open } = record;
    const end = await resume(open, { skipValidation: false, unattended: true }, handsOf(world), options());

    expect(end).toMatchObject({ kind: 'stopped', why: 'the host was not rebooted since' });
    expect(world.validations).toBe(0);
  });
});

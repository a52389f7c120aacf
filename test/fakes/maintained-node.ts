import type { MaintainHands, NodeSeen } from '../../agent/maintain/hands.ts';
import { decodeRecord, encodeRecord } from '../../agent/maintain/journal.ts';
import { type CommandState, judgeCommand, type MaintainOrder, type MaintainRecord } from '../../lib/maintain/record.ts';

export const OWNER = 'person: root on web-1 with nodemend maintain, 2026-01-01T00:00:00Z';
export const OTHER = 'person: eve on desk with nodemend cordon, 2026-01-01T00:10:00Z';

/** The program is killed here: nothing of it goes on. */
export class KilledError extends Error {}
/** The host goes down, and the program with it. */
export class RebootedError extends Error {}

export interface Weather {
  /** At which call, and whether that call still takes effect. */
  readonly kill?: { readonly call: number; readonly when: 'before' | 'after' };
  /** What a killed `run` leaves: a command that ends by itself, or one that was killed, too. */
  readonly orphan?: 'ends' | 'dies';
  /** Exit statuses, one for each run; then 0. */
  readonly codes?: readonly number[];
  readonly person?: { readonly call: number; readonly does: 'uncordon' | 'cordon' | 'delete' };
  readonly drain?: 'fails';
  readonly look?: readonly string[];
  readonly unwell?: string;
  /** The host takes the order, and does not go down. */
  readonly staysUp?: boolean;
}

export interface World {
  node: { unschedulable: boolean; owner: string | undefined } | 'absent';
  journal: string | undefined;
  boot: number;
  armed: boolean;
  runs: number;
  status: number | undefined;
  begunFile: boolean;
  reboots: number;
  validations: number;
  readonly calls: string[];
  /** What must never be, and was. */
  readonly faults: string[];
  cordons: number;
}

export const order = (changes: Partial<MaintainOrder> = {}): MaintainOrder => ({
  id: '20260101T000000',
  node: 'web-1',
  here: true,
  by: 'root',
  at: Date.parse('2026-01-01T00:00:00Z'),
  owner: OWNER,
  command: ['true'],
  directory: '/',
  reboot: true,
  options: {},
  kubeconfigs: [],
  validation: { stable: 0, within: 0 },
  ...changes,
});

export const newWorld = (): World => ({
  node: { unschedulable: false, owner: undefined },
  journal: undefined,
  boot: 1,
  armed: false,
  runs: 0,
  status: undefined,
  begunFile: false,
  reboots: 0,
  validations: 0,
  calls: [],
  faults: [],
  cordons: 0,
});

export const bootOf = ({ boot }: World): string => `boot-${boot}`;

export function readJournal({ journal }: World): MaintainRecord | undefined {
  const found = journal === undefined ? undefined : decodeRecord(journal);
  return found?.kind === 'open' ? found.record : undefined;
}

/** Whoever cordons must be able to say so after a kill. */
function watch(world: World, call: string): void {
  const { node } = world;
  const isOurs = node !== 'absent' && node.unschedulable && node.owner === OWNER;
  if (isOurs && world.journal === undefined) world.faults.push(`${call}: cordoned by us, and no journal knows of it`);
}

function personActs(world: World, does: NonNullable<Weather['person']>['does']): void {
  if (does === 'delete') world.node = 'absent';
  else world.node = does === 'uncordon' ? { unschedulable: false, owner: undefined } : { unschedulable: true, owner: OTHER };
}

/** Hands on a node in memory; every one of their calls is a place to be killed at. */
export function handsOf(world: World, weather: Weather = {}): MaintainHands {
  async function call<Value>(name: string, effect: () => Value | Promise<Value>): Promise<Value> {
    world.calls.push(name);
    const at = world.calls.length;
    if (weather.person?.call === at) personActs(world, weather.person.does);
    if (weather.kill?.call === at && weather.kill.when === 'before') throw new KilledError(name);
    const value = await effect();
    watch(world, name);
    if (weather.kill?.call === at) throw new KilledError(name);
    return value;
  }
  const state = (record: MaintainRecord): CommandState =>
    judgeCommand({
      begun: record.begun,
      boot: bootOf(world),
      code: world.status,
      pid: undefined,
      hasBegun: world.begunFile,
    });
  return {
    now: () => 0,
    journal: {
      path: '/var/lib/nodemend/maintain.journal',
      read: async () => (world.journal === undefined ? { kind: 'none' } : decodeRecord(world.journal)),
      write: (record) =>
        call(`journal ${record.stage}${record.stopped === undefined ? '' : ' stopped'}`, () => {
          world.journal = encodeRecord(record);
        }),
      clear: () =>
        call('journal cleared', () => {
          world.journal = undefined;
        }),
    },
    boot: async () => bootOf(world),
    node: () =>
      call('look', (): NodeSeen => (world.node === 'absent' ? { kind: 'absent' } : { kind: 'seen', node: { ...world.node } })),
    drain: ({ order: { owner } }) =>
      call('drain', () => {
        if (world.node === 'absent') return { kind: 'stopped', why: 'not found' } as const;
        if (!world.node.unschedulable) {
          world.node = { unschedulable: true, owner };
          world.cordons += 1;
        }
        return weather.drain === 'fails' ? ({ kind: 'stopped', why: 'a budget holds' } as const) : ({ kind: 'done' } as const);
      }),
    command: {
      look: async (record) => state(record),
      clean: () =>
        call('command cleaned', () => {
          world.status = undefined;
          world.begunFile = false;
        }),
      run: async (record) => {
        world.calls.push('command');
        const at = world.calls.length;
        const isKilled = weather.kill?.call === at;
        if (weather.person?.call === at) personActs(world, weather.person.does);
        if (isKilled && weather.kill?.when === 'before') throw new KilledError('command');
        world.begunFile = true;
        world.runs += 1;
        if (!isKilled || weather.orphan !== 'dies') world.status = weather.codes?.[world.runs - 1] ?? 0;
        if (isKilled) throw new KilledError('command');
        return state(record);
      },
      awaitEnd: async (record) => state(record),
    },
    askPerson: async () => undefined,
    lookBeforeReboot: () => call('last look', () => weather.look ?? []),
    arm: () =>
      call('arm', () => {
        world.armed = true;
        return { kind: 'done' } as const;
      }),
    disarm: () =>
      call('disarm', () => {
        world.armed = false;
      }),
    reboot: async () => {
      await call('reboot', () => undefined);
      if (weather.staysUp === true) return { kind: 'stopped', why: 'it has not gone down' };
      world.boot += 1;
      world.reboots += 1;
      throw new RebootedError('rebooted');
    },
    awaitReboot: async () => {
      await call('await reboot', () => undefined);
      world.boot += 1;
      return 'rebooted';
    },
    validate: () =>
      call('validate', () => {
        world.validations += 1;
        return weather.unwell === undefined ? ({ kind: 'done' } as const) : ({ kind: 'stopped', why: weather.unwell } as const);
      }),
    uncordon: ({ order: { owner } }) =>
      call('uncordon', () => {
        const { node } = world;
        if (node === 'absent') return { kind: 'absent' } as const;
        if (!node.unschedulable) return { kind: 'open' } as const;
        if (node.owner !== owner) return { kind: 'theirs', owner: node.owner } as const;
        world.node = { unschedulable: false, owner: undefined };
        return { kind: 'lifted' } as const;
      }),
  };
}

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { TuneHands } from '../../agent/tune/hands.ts';
import { openJournal } from '../../agent/tune/journal.ts';
import { type FileCalls, localFiles } from '../../lib/host/exact-file.ts';
import { parseThreshold } from '../../lib/sources/eviction/eviction-thresholds.ts';
import { evictionSettings } from '../../lib/sources/kubelet/kubelet-effective.ts';
import { flagText, parseFlags } from '../../lib/sources/kubelet/kubelet-flags.ts';
import { findFragment, orderDropIns } from '../../lib/tune/drop-ins.ts';
import type { TuneNode } from '../../lib/tune/node.ts';
import { commandLine, readServiceCommand } from '../../lib/tune/service-command.ts';
import type { Expectation, StepResult } from '../../lib/tune/transaction.ts';
import type { UnitText } from '../../lib/tune/unit-file.ts';
import { isUnclear } from '../../lib/tune/unit-words.ts';
import { judge } from '../../lib/tune/witness.ts';

const UNIT = 'kubelet.service';
const VERSION = 'v1.36.2';
const BOOT = 'b00t';
const STATE = '/var/lib/nodemend';

type Texts = Readonly<Record<string, string>>;

interface Kubelet {
  readonly pid: number;
  readonly startedAt: number;
  readonly argv: readonly string[];
  readonly hard: Texts;
}

/** What survives a kill of our program: systemd and the kubelet go on. */
interface World {
  loaded: readonly UnitText[];
  kubelet: Kubelet | null;
  pid: number;
}

/** How the node treats what is done to it. */
export interface Weather {
  /** The kubelet exits when it is started with such a set. */
  readonly refuses?: (hard: Texts) => boolean;
  /** The kubelet runs with such a set, and its Node never becomes Ready. */
  readonly unready?: (hard: Texts) => boolean;
  /** At the call of this number the program is killed before it is done, or after; or the call fails. */
  readonly at?: {
    readonly call: number;
    readonly how: 'kill-before' | 'kill-after' | 'fail';
    readonly code?: string;
    /** Not this call alone: every later one that changes a file as well. */
    readonly andAfter?: boolean;
  };
  /** Ends this very process: SIGKILL, or in a test an exception that nothing survives. */
  readonly kill?: () => void;
}

class Killed extends Error {}

export interface TunedNode {
  readonly root: string;
  hands(weather?: Weather): TuneHands & { readonly calls: readonly string[] };
  read(): TuneNode;
  /** What runs now; null: nothing does, and systemd tries again. */
  running(): Texts | null;
  /** Every file below the node's root, its bytes and mode. */
  files(): Readonly<Record<string, string>>;
}

function walk(root: string, below = ''): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(root, below))) {
    const path = join(below, name);
    const status = statSync(join(root, path));
    if (status.isDirectory()) Object.assign(found, { [`/${path}/`]: 'directory' }, walk(root, path));
    else found[`/${path}`] = `${(status.mode & 0o7777).toString(8)} ${readFileSync(join(root, path), 'base64')}`;
  }
  return found;
}

/** Real files below a directory, a systemd that reads them, a kubelet that is started from them. */
export function tunedNode(directory: string, initial: Texts = {}): TunedNode {
  const root = join(directory, 'root');
  const worldFile = join(directory, 'world.json');
  const isNew = !existsSync(root);
  for (const [path, text] of isNew ? Object.entries(initial) : []) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o640 });
  }
  const textOf = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);
  const load = (): World => JSON.parse(readFileSync(worldFile, 'utf8')) as World;
  const save = (world: World) => writeFileSync(worldFile, JSON.stringify(world));

  const unitsOnDisk = (): readonly UnitText[] => {
    const paths = Object.keys(walk(root));
    const listed = [findFragment(UNIT, paths) ?? '', ...orderDropIns(UNIT, paths)];
    return listed.map((path) => ({ path, text: textOf(path) ?? '' }));
  };
  const environmentOf = (units: readonly UnitText[]): ReadonlyMap<string, string> => {
    const command = readServiceCommand(units, UNIT);
    const files = isUnclear(command) ? [] : command.files;
    return new Map(files.flatMap(({ path }) => (textOf(path) === undefined ? [] : [[path, textOf(path) ?? '']])));
  };
  const layersOf = (argv: readonly string[]): TuneNode['layers'] => {
    const flags = parseFlags(argv.slice(1));
    const layer = (file: string) => ({ file, content: (parse(textOf(file) ?? '') ?? {}) as Record<string, unknown> });
    const [main, dropIns] = [flagText(flags, 'config'), flagText(flags, 'config-dir')];
    const names = dropIns !== undefined && existsSync(join(root, dropIns)) ? readdirSync(join(root, dropIns)).sort() : [];
    return {
      ...(main === undefined ? {} : { main: layer(main) }),
      dropIns: names.filter((name) => name.endsWith('.conf')).map((name) => layer(`${dropIns}/${name}`)),
      problems: [],
    };
  };
  const settingsOf = (argv: readonly string[]) =>
    evictionSettings({ version: VERSION, installed: true, flags: parseFlags(argv.slice(1)), layers: layersOf(argv) });

  /** Restart=always: as long as it refuses what it is given, it is started again and again. */
  function start(world: World, { refuses = () => false }: Weather): void {
    const argv = commandLine(world.loaded, UNIT, environmentOf(world.loaded));
    if (isUnclear(argv)) throw new Error(argv.why);
    const hard = settingsOf(argv).evictionHard.value;
    const isWrong = Object.values(hard).some((text) => parseThreshold(text).kind === 'refused') || refuses(hard);
    world.pid += 1;
    world.kubelet = isWrong ? null : { pid: world.pid, startedAt: Date.now() + 1, argv, hard };
    save(world);
  }

  if (isNew) {
    const world: World = { loaded: unitsOnDisk(), kubelet: null, pid: 100 };
    start(world, {});
  }

  const now = (weather: Weather): World => {
    const world = load();
    if (world.kubelet === null) start(world, weather);
    return world;
  };
  const identityOf = ({ pid }: Kubelet) => ({ pid, startTicks: pid, boot: BOOT });

  function look(
    expected: Expectation,
    files: readonly string[],
    former: Parameters<typeof judge>[1],
    weather: Weather,
  ): StepResult {
    const { kubelet } = now(weather);
    const changes = files.filter((path) => textOf(path) !== undefined).map((path) => statSync(join(root, path)).ctimeMs);
    const read = kubelet === null ? undefined : settingsOf(kubelet.argv);
    const verdict = judge(expected, former, {
      ...(kubelet === null
        ? {}
        : { process: { ...identityOf(kubelet), argv: kubelet.argv, startedAt: kubelet.startedAt }, logged: kubelet.hard }),
      read: {
        hard: read?.evictionHard.value ?? {},
        soft: read?.evictionSoft.value ?? {},
        grace: read?.evictionSoftGracePeriod.value ?? {},
      },
      ...(changes.length === 0 ? {} : { filesChangedAt: Math.max(...changes) }),
      node:
        kubelet !== null && weather.unready?.(kubelet.hard) === true
          ? { kind: 'not-ready', why: 'its Node is not Ready' }
          : { kind: 'ready', heartbeatAt: Date.now() + 10_000 },
      now: Date.now(),
    });
    return verdict.kind === 'proved' ? { kind: 'done', what: verdict.how } : { kind: 'failed', why: verdict.why };
  }

  function hands(weather: Weather = {}): TuneHands & { readonly calls: readonly string[] } {
    const calls: string[] = [];
    let isDead = false;
    const die = (): never => {
      isDead = true;
      weather.kill?.();
      throw new Killed('killed');
    };
    const point = async <Answer>(name: string, work: () => Answer | Promise<Answer>, failure?: () => Answer): Promise<Answer> => {
      if (isDead) throw new Killed('killed');
      calls.push(name);
      const { at } = weather;
      const isLater = at?.andAfter === true && calls.length > at.call && /^(mkdir|write|rename|unlink|rmdir)/.test(name);
      const here = at?.call === calls.length || isLater ? at : undefined;
      if (here?.how === 'kill-before') die();
      if (here?.how === 'fail') {
        if (failure !== undefined) return failure();
        throw Object.assign(new Error(`${here.code ?? 'EIO'}: ${name}`), { code: here.code ?? 'EIO' });
      }
      const answer = await work();
      if (here?.how === 'kill-after') die();
      return answer;
    };
    const real = (path: string) => join(root, path);
    const files: FileCalls = {
      read: (path) => point(`read ${path}`, () => localFiles.read(real(path))),
      modifiedAt: (path) => point(`stat ${path}`, () => localFiles.modifiedAt(real(path))),
      changedAt: (path) => point(`stat ${path}`, () => localFiles.changedAt(real(path))),
      makeDirectory: (path) => point(`mkdir ${path}`, () => localFiles.makeDirectory(real(path))),
      writeNew: (path, state) => point(`write ${path}`, () => localFiles.writeNew(real(path), state)),
      rename: (from, to) => point(`rename ${to}`, () => localFiles.rename(real(from), real(to))),
      remove: (path) => point(`unlink ${path}`, () => localFiles.remove(real(path))),
      removeDirectory: (path) => point(`rmdir ${path}`, () => localFiles.removeDirectory(real(path))),
      syncDirectory: (path) => point(`fsync ${path}`, () => localFiles.syncDirectory(real(path))),
    };
    const failed = (why: string) => (): StepResult => ({ kind: 'failed', why });
    return {
      calls,
      files,
      journal: openJournal('/var/lib/nodemend', files),
      process: async () => {
        const { kubelet } = now(weather);
        return kubelet === null ? undefined : identityOf(kubelet);
      },
      mayRestart: () =>
        point<StepResult>(
          'guards',
          () => ({ kind: 'done', what: 'no guard' }),
          () => ({ kind: 'held', why: 'paused' }),
        ),
      verify: () =>
        point<StepResult>('systemd-analyze verify', () => ({ kind: 'done', what: 'verified' }), failed('verify: no such lvalue')),
      load: () =>
        point<StepResult>(
          'daemon-reload',
          () => {
            save({ ...load(), loaded: unitsOnDisk() });
            return { kind: 'done', what: 'loaded' };
          },
          failed('daemon-reload: Transport endpoint is not connected'),
        ),
      restart: () =>
        point<StepResult>(
          'restart',
          () => {
            const world = load();
            start(world, weather);
            return world.kubelet === null
              ? { kind: 'failed', why: 'the kubelet does not stay up' }
              : { kind: 'done', what: 'restarted' };
          },
          failed('restart of kubelet.service: Job timed out'),
        ),
      pause: async () => undefined,
      prove: (expected, { files: paths, former }) =>
        point('prove', () => look(expected, paths, former, weather), failed('its Node is not Ready')),
    };
  }

  return {
    root,
    hands,
    read() {
      const units = unitsOnDisk();
      const environmentFiles = environmentOf(units);
      const argv = commandLine(units, UNIT, environmentFiles);
      if (isUnclear(argv)) throw new Error(argv.why);
      const flags = parseFlags(argv.slice(1));
      const configDirectory = flagText(flags, 'config-dir');
      const all = Object.keys(walk(root)).filter((path) => !path.endsWith('/'));
      return {
        version: VERSION,
        unit: UNIT,
        units,
        environmentFiles,
        argv,
        layers: layersOf(argv),
        existing: new Map(all.map((path) => [path, textOf(path) ?? ''])),
        ...(configDirectory === undefined ? {} : { configDirectory }),
      };
    },
    running: () => load().kubelet?.hard ?? null,
    files: () => {
      const rest = walk(root);
      return Object.fromEntries(Object.entries(rest).filter(([path]) => !path.startsWith(STATE)));
    },
  };
}

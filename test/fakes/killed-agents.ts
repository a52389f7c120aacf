import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { readLedger } from '../../lib/ledger/read.ts';
import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import type { Duration } from '../../lib/model/units.ts';
import { isExhausted } from '../../lib/policy/forgiveness.ts';
import { openIncidents, unfinished } from '../../lib/policy/still-open.ts';
import { identityOf } from '../../lib/policy/track.ts';
import type { StoredWorld } from '../fixtures/bin/simulated-agent.ts';
import { SCRATCH } from './scratch.ts';
import { DOCKER, dockerNode, UPTIME } from './sim/node.ts';
import { restartsOf, setMood, settle } from './sim/units.ts';

export interface KilledAgents {
  kills: number;
  /** Nodes with a hung docker, one after another; the last life of each is not killed. */
  stories: number;
  /** Kills between an intent and its outcome. */
  midRepair: number;
  /** Runs of docker that an agent ended. */
  restarts: number;
  /** Stories whose docker works in the end; the others were given up by the budget, or no restart cures them. */
  healed: number;
  givenUp: number;
  /** What must not be: sentences. */
  readonly broken: string[];
}

const SPEED = 40;
const MOST_LIVES = 8;
/** Attempts per hour of restart-runtime; a story is shorter than an hour. */
const BUDGET = 3;
const LAST_LIFE = 300_000;

interface Story {
  readonly root: string;
  readonly curable: boolean;
}

const worldOf = (root: string): StoredWorld => JSON.parse(readFileSync(join(root, 'world.json'), 'utf8'));
const monotonic = () => Number(process.hrtime.bigint()) / 1e6;

function begin(root: string, curable: boolean): Story {
  mkdirSync(root);
  const units = dockerNode();
  const docker = units.units[DOCKER];
  if (docker === undefined) throw new Error('no docker');
  setMood(docker, 'hung', UPTIME);
  docker.nextMood = curable ? 'well' : 'hung';
  writeFileSync(join(root, 'world.json'), JSON.stringify({ began: monotonic(), speed: SPEED, units } satisfies StoredWorld));
  return { root, curable };
}

const entriesOf = (root: string) => readLedger([join(root, 'var', 'ledger'), join(root, 'run', 'ledger')]);

function isWell(root: string): boolean {
  const { units, began, speed } = worldOf(root);
  settle(units, UPTIME + (monotonic() - began) * speed);
  const docker = units.units[DOCKER];
  return docker?.activeState === 'active' && docker.mood === 'well';
}

/** What may never be, whenever the agent was killed. */
async function examine({
  root,
  curable,
}: Story): Promise<{ readonly entries: readonly LedgerEntry[]; readonly broken: string[] }> {
  const { entries, corrupt, failures } = await entriesOf(root);
  const intents = entries.filter(isKind('intent')).filter(({ unit }) => unit === DOCKER);
  const restarts = restartsOf(worldOf(root).units, DOCKER);
  const open = openIncidents(entries).map(identityOf);
  const rules: readonly (readonly [boolean, string])[] = [
    [corrupt === 0 && failures.length === 0, `the ledger has ${corrupt} damaged lines and ${failures.length} unreadable files`],
    [restarts <= intents.length, `${restarts} restarts and ${intents.length} intents: something was done that nobody wrote down`],
    [restarts <= (curable ? 1 : BUDGET), `docker was restarted ${restarts} times`],
    [intents.length <= BUDGET, `${intents.length} attempts in an hour`],
    [new Set(intents.map(({ action }) => action)).size === intents.length, 'two actions of one name'],
    [new Set(open).size === open.length, `two open incidents of one problem: ${open.join(' ')}`],
  ];
  return { entries, broken: rules.flatMap(([holds, what]) => (holds ? [] : [`${what} (${root})`])) };
}

interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** Resolves when it said so, has ended, or after a while. */
  said(word: string, bound?: Duration): Promise<unknown>;
}

async function start(program: string, root: string): Promise<Life> {
  const child = spawn(process.execPath, [program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    all += text;
  });
  const said = (word: string, bound = 30_000 / SPEED + 2000) =>
    Promise.race([until(() => all.includes(`${word}\n`), bound), ended]);
  // On a busy machine a start takes seconds; only a hang takes longer than this.
  await said('ready', 60_000);
  return { child, ended, said };
}

const isRepairing = async (root: string) => unfinished((await entriesOf(root)).entries).length > 0;

/** Most die in a repair: as soon as its intent is on disk, or at any moment of its first seconds. The others anywhere. */
async function untilItsHour({ said }: Life, root: string): Promise<void> {
  const chance = Math.random();
  if (chance < 0.3) return await delay(Math.random() * (25_000 / SPEED));
  await said('DockerHung active');
  if (chance < 0.6) await until(() => isRepairing(root), 1000);
  else await delay(Math.random() * (12_000 / SPEED));
}

async function until(so: () => Promise<boolean> | boolean, bound: Duration): Promise<boolean> {
  for (const end = monotonic() + bound; monotonic() < end; await delay(5)) if (await so()) return true;
  return false;
}

/** Agents of one node after another killed by SIGKILL at any instant of a repair; the last one is let live. */
async function tell(program: string, story: Story, seen: KilledAgents, mayKill: () => boolean): Promise<void> {
  const { root, curable } = story;
  for (let lives = 0; lives < MOST_LIVES && !(isWell(root) && Math.random() < 0.7) && mayKill(); lives += 1) {
    const life = await start(program, root);
    await untilItsHour(life, root);
    life.child.kill('SIGKILL');
    await life.ended;
    seen.kills += 1;
    const { entries, broken } = await examine(story);
    if (unfinished(entries).length > 0) seen.midRepair += 1;
    seen.broken.push(...broken);
  }
  const { child, ended } = await start(program, root);
  const isOver = async () => {
    const { entries } = await entriesOf(root);
    if (unfinished(entries).length > 0) return false;
    if (isWell(root)) return openIncidents(entries).length === 0;
    return isGivenUp(entries);
  };
  const over = await until(async () => (await isOver()) || (await delay(50, false)), LAST_LIFE);
  child.kill('SIGKILL');
  await ended;
  const { broken, entries } = await examine(story);
  seen.broken.push(...broken, ...(over ? [] : [`it does not come to an end: ${JSON.stringify(entries.slice(-4))} (${root})`]));
  seen.stories += 1;
  seen.restarts += restartsOf(worldOf(root).units, DOCKER);
  if (isWell(root)) seen.healed += 1;
  else if (isGivenUp(entries)) seen.givenUp += 1;
  else if (curable) seen.broken.push(`docker hangs on (${root})`);
}

const isGivenUp = (entries: readonly LedgerEntry[]) =>
  openIncidents(entries).some(({ incident }) => isExhausted(entries, incident)) ||
  entries.filter(isKind('outcome')).length >= BUDGET;

async function bundleAgent(root: string): Promise<string> {
  const outfile = join(root, 'agent.cjs');
  const entryPoints = [join(import.meta.dirname, '../fixtures/bin/simulated-agent.ts')];
  const define = { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' };
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error', define });
  return outfile;
}

/** Kills the real agent, with its host in a file, at random instants of its repairs, and looks after each kill what is left. */
export async function killAgents(kills: number, lanes: number): Promise<KilledAgents> {
  const root = mkdtempSync(join(SCRATCH, 'nodemend-kill-'));
  const seen: KilledAgents = { kills: 0, stories: 0, midRepair: 0, restarts: 0, healed: 0, givenUp: 0, broken: [] };
  let left = kills;
  const mayKill = () => {
    left -= 1;
    return left >= 0;
  };
  async function lane(name: string, program: string): Promise<void> {
    for (let story = 0; left > 0; story += 1) {
      const directory = join(root, `${name}.${story}`);
      await tell(program, begin(directory, Math.random() < 0.8), seen, mayKill);
      rmSync(directory, { recursive: true, force: true });
    }
  }
  try {
    const program = await bundleAgent(root);
    await Promise.all(Array.from({ length: lanes }, (_, index) => lane(`lane-${index}`, program)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return seen;
}

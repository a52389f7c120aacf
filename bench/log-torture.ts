/**
 * A log that is rotated in every way while its reader is killed by SIGKILL at random instants, on a small disk that becomes full:
 * every line that reached a file or a copy of it must be counted exactly once. Needs root.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { CLASSES, classOf, ROTATIONS, Rotator } from './logs/torture/rotator.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '200' },
    disk: { type: 'string', default: '6M' },
    keep: { type: 'boolean', default: false },
  },
});
const [wanted, kills] = [Number(values.lines), Number(values.kills)];

const began = performance.now();
// Not /tmp: a directory that others may write, too, holds no monitors.
const place = mkdtempSync('/run/nodemend-torture-');
const disk = join(place, 'log');
for (const name of ['log', 'monitors', 'state']) mkdirSync(join(place, name), { mode: 0o755 });
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${values.disk}`, 'nodemend-torture', disk]);
// A kill loses nothing that was written, and a disk that others use, too, takes seconds to say so.
execFileSync('mount', ['-t', 'tmpfs', 'nodemend-torture', join(place, 'state')]);

const statePath = join(place, 'state/monitors.json');
/** What the reader has on disk, and cannot forget. */
function saved(): ReadonlyMap<string, number> {
  try {
    const { engines } = JSON.parse(readFileSync(statePath, 'utf8'));
    return new Map(Object.entries<number>(engines[join(place, 'monitors/torture.json')].counters));
  } catch {
    return new Map();
  }
}
const sumOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, one) => sum + one, 0);

async function judged(lines: number): Promise<void> {
  for (let tries = 0; sumOf(saved()) < lines; tries += 1) {
    if (tries > 3000) throw new Error(`${lines - sumOf(saved())} of ${lines} lines were not judged within five minutes`);
    await sleep(100);
  }
}

const rotator = new Rotator(disk, judged);
const history: string[] = [];
const note = (what: string) => history.push(`${((performance.now() - began) / 1000).toFixed(1)} ${rotator.written} ${what}`);
const monitor = {
  plugin: 'filelog',
  pluginConfig: { timestamp: '^\\S+', message: 'torture .*', timestampFormat: '2006-01-02T15:04:05.999Z07:00' },
  logPath: rotator.path,
  lookback: '5m',
  bufferSize: 1,
  source: 'torture',
  rules: Array.from({ length: CLASSES }, (_, at) => ({
    type: 'temporary',
    reason: `Torture${classOf(at)}`,
    pattern: `torture ${classOf(at)} id=\\d+ \\.* end`,
  })),
};
writeFileSync(join(place, 'monitors/torture.json'), JSON.stringify(monitor), { mode: 0o644 });

const bundle = join(place, 'reader.mjs');
const entry = join(import.meta.dirname, 'logs/torture/reader.ts');
await build({
  entryPoints: [entry],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'error',
  external: ['execa'],
});

const reasons = new Set<string>();
let ready: Promise<void> = Promise.resolve();
const complaints = join(place, 'reader.log');
function startReader(): ChildProcess {
  const child = spawn(process.execPath, [bundle, place], { stdio: ['ignore', 'pipe', openSync(complaints, 'a')] });
  const { promise, resolve } = Promise.withResolvers<void>();
  ready = promise;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    for (const word of text.split('\n').filter(Boolean)) {
      if (word === 'ready') resolve();
      else if (word.startsWith('Torture')) reasons.add(word);
    }
  });
  return child;
}

let reader = startReader();
async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (reader.exitCode !== null) throw new Error(`the reader ended by itself; see ${complaints}`);
  const ended = once(reader, 'close');
  reader.kill(signal);
  await ended;
}

let failure: unknown;
let killed = 0;
let isWriting = true;
async function keepKilling(): Promise<void> {
  while (failure === undefined && (isWriting || killed < kills)) {
    // Some die while they start; the others may take their time for that, on a machine that is busy.
    if (Math.random() < 0.85) await ready;
    await sleep(Math.random() * 4000);
    if (killed >= kills) return;
    await end('SIGKILL');
    killed += 1;
    note(`killed, ${sumOf(saved())} saved`);
    if (Math.random() < 0.3) await sleep(Math.random() * 500);
    reader = startReader();
  }
}

// Of what was there before the first start it is not said that it is read.
for (let tries = 0; sumOf(saved()) === 0 && tries < 300; tries += 1) {
  if (tries === 20) await rotator.write(1);
  await sleep(100);
}
const killing = keepKilling();
try {
  while (rotator.written < wanted || killed < kills) {
    await rotator.write(500 + Math.floor(Math.random() * 4000));
    const counted = sumOf(saved());
    if (counted > rotator.written) throw new Error(`${counted} lines counted when ${rotator.written} were written`);
    const how = ROTATIONS[Math.floor(Math.random() * ROTATIONS.length)] ?? 'rename';
    if (Math.random() < 0.3) {
      note(how);
      await rotator.rotate(how);
      note('… done');
    }
    if (Math.random() < 0.2) rotator.reopen();
    await sleep(rotator.written < wanted ? 10 : 200);
  }
  isWriting = false;
  await killing;
  await judged(rotator.written);
  await sleep(7000);
} catch (error) {
  failure = error;
  await killing;
}
await end('SIGTERM');

const counts = saved();
const expected = (at: number) => Math.floor((rotator.written - at + CLASSES - 1) / CLASSES);
const wrong = Array.from({ length: CLASSES }, (_, at) => [`Torture${classOf(at)}`, expected(at)] as const).filter(
  ([reason, count]) => counts.get(reason) !== count,
);
const took = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${rotator.written} lines, ${killed} readers killed by SIGKILL, in ${took} s; ${describeLoad()}`);
console.log(
  `rotations: ${[...rotator.counts].map(([how, count]) => `${how} ${count}`).join(', ')}; the disk was full ${rotator.full} times`,
);
console.log(
  `counted ${sumOf(counts)}; counters that are wrong: ${wrong.length}; reasons told at least once: ${reasons.size} of ${CLASSES}`,
);
for (const [reason, count] of wrong.slice(0, 8)) console.log(`  ${reason}: ${counts.get(reason)} of ${count}`);
if (failure !== undefined) console.log(`${failure}\n${history.slice(-14).join('\n')}`);
if (wrong.length > 0 || failure !== undefined) process.exitCode = 1;
rotator.close();
execFileSync('umount', [disk, join(place, 'state')]);
if (values.keep) appendFileSync(join(place, 'kept'), '');
else rmSync(place, { recursive: true, force: true });
if (values.keep) console.log(place);

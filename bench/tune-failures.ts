import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { parseArgs } from 'node:util';
import type { Mechanism } from '../lib/tune/node.ts';
import { type Case, callsOf, faultsOf, isNew, LAYOUTS, nextRun, placesBelow } from '../test/fakes/tune-failures.ts';
import { tunedNode, type Weather } from '../test/fakes/tuned-node.ts';

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' } } });
const child = join(import.meta.dirname, 'tune-failures/child.ts');
const directory = mkdtempSync(join(tmpdir(), 'nodemend-tune-'));
const place = placesBelow(directory);
const began = performance.now();

interface Trial extends Omit<Case, 'weather'> {
  readonly kind: string;
  readonly weather: Omit<Weather, 'refuses' | 'unready' | 'kill'>;
  readonly refuses?: string;
  readonly unready?: string;
}

/** On a disk, by a program that is really ended; then what the next run makes of it. */
async function attempt(trial: Trial): Promise<{ readonly set: string; readonly end: string; readonly wrong: readonly string[] }> {
  const here = place();
  const pristine = tunedNode(place(), LAYOUTS[trial.mechanism]).files();
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(execPath, [child, here, JSON.stringify(trial)], (error, stdout) => resolve(error === null ? stdout.trim() : 'killed'));
  const said = await promise;
  const node = tunedNode(here);
  const left = faultsOf(node, pristine);
  const weather: Weather = { refuses: (hard) => trial.refuses !== undefined && isNew(hard) };
  const next = await nextRun(node, weather);
  const after = faultsOf(node, pristine);
  const open = (await node.hands().journal.read()).state === 'open';
  // A kubelet that refuses its set is down until the next run has put the old one back.
  const early = trial.refuses === undefined && left.set === 'neither' ? ['neither set before the next run'] : [];
  const wrong = [
    ...early,
    ...after.faults,
    ...(after.set === 'neither' ? ['neither set'] : []),
    ...(open ? ['journal open'] : []),
  ];
  const outcome = said === 'killed' ? `killed, next run: ${next}` : (JSON.parse(said) as { outcome: string }).outcome;
  return { set: after.set, end: outcome, wrong };
}

async function trialsOf(mechanism: Mechanism, what: Case['what']): Promise<readonly Trial[]> {
  const one = { mechanism, what };
  const calls = await callsOf(place(), one);
  const each = calls.flatMap((call, index) => (index % Number(values.every) === 0 ? [{ call, number: index + 1 }] : []));
  const code = (call: string) => (/^(write|mkdir|fsync)/.test(call) ? 'ENOSPC' : 'EROFS');
  return [
    ...each.map(
      ({ number }): Trial => ({ ...one, kind: 'SIGKILL after a call', weather: { at: { call: number, how: 'kill-after' } } }),
    ),
    ...each.map(
      ({ call, number }): Trial => ({
        ...one,
        kind: /^(read|stat|write|rename|unlink|mkdir|rmdir|fsync)/.test(call)
          ? `${code(call)} at a call`
          : `${call.split(' ')[0]} fails`,
        weather: { at: { call: number, how: 'fail', code: code(call) } },
      }),
    ),
    ...each.map(
      ({ number }): Trial => ({
        ...one,
        kind: 'read-only from a call on',
        weather: { at: { call: number, how: 'fail', code: 'EROFS', andAfter: true } },
      }),
    ),
    ...(what === 'apply'
      ? [
          { ...one, kind: 'the kubelet refuses the set', weather: {}, refuses: '6%' },
          { ...one, kind: 'the Node never becomes Ready', weather: {}, unready: '6%' },
          ...each.map(
            ({ number }): Trial => ({
              ...one,
              kind: 'refused, and SIGKILL on the way',
              refuses: '6%',
              weather: { at: { call: number, how: 'kill-after' } },
            }),
          ),
        ]
      : []),
  ];
}

const counts = new Map<string, { tried: number; old: number; new: number; wrong: number }>();
const broken: string[] = [];
for (const mechanism of Object.keys(LAYOUTS) as Mechanism[]) {
  for (const what of ['apply', 'revert'] as const) {
    for (const trial of await trialsOf(mechanism, what)) {
      const { set, end, wrong } = await attempt(trial);
      const key = `${what.padEnd(7)}${trial.kind}`;
      const count = counts.get(key) ?? { tried: 0, old: 0, new: 0, wrong: 0 };
      count.tried += 1;
      if (set === 'old') count.old += 1;
      if (set === 'new') count.new += 1;
      if (wrong.length > 0) {
        count.wrong += 1;
        broken.push(`${mechanism} ${what}, ${JSON.stringify(trial.weather.at ?? {})}: ${end}: ${wrong.join('; ')}`);
      }
      counts.set(key, count);
    }
  }
}
rmSync(directory, { recursive: true, force: true });

console.log(`${'what was tried'.padEnd(46)} tried  old set  new set  anything else`);
for (const [key, count] of [...counts].sort()) {
  const cells = [count.tried, count.old, count.new, count.wrong].map((number, index) =>
    String(number).padStart([6, 9, 9, 15][index] ?? 9),
  );
  console.log(`${key.padEnd(46)}${cells.join('')}`);
}
const total = [...counts.values()].reduce((sum, { tried }) => sum + tried, 0);
console.log(`${total} failures by 4 mechanisms, ${broken.length} wrong, in ${Math.round((performance.now() - began) / 1000)} s`);
for (const one of broken) console.log(`  ${one}`);
if (broken.length > 0) process.exitCode = 1;

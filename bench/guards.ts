/**
 * Each guard on a real node: docker hangs, and one thing alone says that it must not be restarted. Was it restarted, and what did
 * the agent say? `--lab` has one docker node, `--fleet` three of them that know each other (identity of their own, docs/identity.md).
 */
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { fleetCases } from './guards/fleet.ts';
import { type GuardCase, type GuardRun, runCase } from './guards/run.ts';
import { singleCases } from './guards/single.ts';
import { installAgent } from './repairs/agent-on-host.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string' },
    fleet: { type: 'string' },
    only: { type: 'string', multiple: true },
    /** Of `--lab`; default the first. */
    node: { type: 'string' },
    'skip-install': { type: 'boolean', default: false },
  },
});

const runs: GuardRun[] = [];

function failed({ name, guard, done }: GuardCase, text: string): GuardRun {
  return { name, expected: guard, done, ids: [], verdict: 'not run', text, good: false };
}

async function runAll(name: string | undefined, cases: readonly GuardCase[]): Promise<void> {
  if (name === undefined) return;
  const lab = openLab(name);
  if (!values['skip-install'])
    for (const host of values.node === undefined ? lab.hosts : [lab.host(values.node)]) await installAgent(host);
  for (const one of cases) {
    if (values.only?.includes(one.name) === false) continue;
    const run = await runCase(one, lab, lab.host(values.node)).catch((error: unknown): GuardRun => failed(one, String(error)));
    runs.push(run);
    console.error(`${run.name}: ${run.verdict}; ${run.ids.join(', ')}: ${run.text}`);
  }
}

await runAll(values.lab, singleCases);
await runAll(values.fleet, fleetCases);

console.log(`guards on a real node with a hung dockerd; ${describeLoad()}`);
printTable(
  ['guard', 'what was done', 'remedy held', 'what the agent says'],
  runs.map(({ expected, done, verdict, text }) => [expected, done, verdict, text]),
);
process.exitCode = runs.every(({ good }) => good) ? 0 : 1;

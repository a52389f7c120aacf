import { bringDown } from './down.ts';
import { LabError } from './error.ts';
import type { Runtime } from './host.ts';
import { install } from './install.ts';
import { type Lab, labOf } from './lab.ts';
import { type Options, parseOptions } from './options.ts';
import { containerdScenarios } from './recording/containerd.ts';
import { dockerScenarios } from './recording/docker.ts';
import type { Scenario } from './recording/scenario.ts';
import { take } from './recording/take.ts';
import { readState } from './state.ts';
import { bringUp } from './up.ts';

const scenarios = [...dockerScenarios, ...containerdScenarios];

/** One lab for each runtime; the disks of the docker node have the sizes of the incident's. */
const labs: Readonly<Record<Runtime, readonly string[]>> = {
  docker: ['--name', 'rec', '--kubelet-disk', '6G', '--kubelet-inodes', '393216', '--runtime-disk', '99G'],
  containerd: ['--name', 'recc', '--runtime', 'containerd'],
};

const usage = `Usage: npm run build && sudo npm run lab:record [-- NAME…]

Makes the recordings of test/recordings again, all or those named, on labs of their own; then: npm run golden
${scenarios.map(({ name, title }) => `  ${name.padEnd(28)} ${title}`).join('\n')}`;

const say = (line: string): void => console.error(`lab: ${line}`);

/** The lab that a run before this one left, or a new one. */
async function labFor(options: Options): Promise<Lab> {
  const state = readState(options.name);
  const lab = state?.phase === 'up' ? labOf(state) : await freshLab(options);
  await install(lab.host());
  return lab;
}

async function freshLab(options: Options): Promise<Lab> {
  await bringDown(options.name);
  const lab = await bringUp(options, say);
  await lab.runPods({ name: 'web', count: 2, owner: 'deployment', node: lab.host().name });
  return lab;
}

async function recordOne(scenario: Scenario, options: Options): Promise<boolean> {
  const started = performance.now();
  try {
    const lab = await labFor(options);
    const size = await take(scenario, lab.host(), lab);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${scenario.name.padEnd(28)} ${Math.ceil(size / 1024)} KiB after ${seconds} s`);
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    say(`${scenario.name}: ${error.message}`);
    return false;
  }
}

/** One that fails leaves the former recording, and does not keep the others from theirs. */
async function recordAll(wanted: readonly Scenario[], options: Options): Promise<number> {
  let failed = 0;
  try {
    for (const scenario of wanted) {
      const done = await recordOne(scenario, options);
      if (!done) failed += 1;
      if (!done || scenario.ruins === true) await bringDown(options.name);
    }
  } finally {
    if (process.env.LAB_KEEP === undefined) await bringDown(options.name);
  }
  return failed;
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    console.error(unknown.includes('--help') ? usage : `lab: no recording ${unknown.join(', ')}\n\n${usage}`);
    return unknown.includes('--help') ? 0 : 64;
  }
  let failed = 0;
  for (const runtime of ['docker', 'containerd'] as const) {
    const wanted = scenarios.filter((one) => one.runtime === runtime && (names.length === 0 || names.includes(one.name)));
    if (wanted.length > 0) failed += await recordAll(wanted, parseOptions(labs[runtime]));
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

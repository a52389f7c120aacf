/**
 * Faults on a real node with the installed agent, again and again: when it was found, repaired, and what the cluster and the
 * containers noticed. Nodes of the lab take turns, because a unit that was just restarted is not restarted again (guard `starting`).
 */
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { LabHost } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { freshAgent, installAgent, untilCalm } from './repairs/agent-on-host.ts';
import { measure, type Run } from './repairs/measure.ts';
import { runReadyPods } from './repairs/pods.ts';
import type { Scenario } from './repairs/scenario.ts';
import { scenarios } from './repairs/scenarios.ts';
import { describeLoad, quantile } from './statistics.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: ['docker-hung'] },
    runs: { type: 'string', default: '20' },
    lab: { type: 'string', default: 'lab' },
    /** Only these nodes. */
    node: { type: 'string', multiple: true },
    /** One line per run, one per scenario. */
    json: { type: 'string' },
    /** The built program to install. */
    dist: { type: 'string' },
    interleave: { type: 'boolean', default: false },
    'skip-install': { type: 'boolean', default: false },
  },
});

const lab = openLab(values.lab);
const hosts = lab.hosts.filter(({ name }) => values.node?.includes(name) ?? true);
const chosen = values.scenario.map((name) => {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}`);
  if (scenario.runtime !== lab.state.runtime) throw new Error(`${name} needs a lab with --runtime ${scenario.runtime}`);
  return scenario;
});

const TIMES = ['found', 'acted', 'restarted', 'answers', 'fresh', 'verified', 'closed'] as const;
const shown = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1));

function note(record: object): void {
  if (values.json !== undefined) appendFileSync(values.json, `${JSON.stringify(record)}\n`);
}

function sayRun(at: number, name: string, run: Run): void {
  const times = TIMES.map((name) => `${name} ${shown(run[name])}`).join(', ');
  const remedies = run.remedies.map(({ remedy, outcome }) => `${remedy} ${outcome ?? '?'}`).join(', ') || 'no remedy';
  const { before, lost } = run.containers;
  console.log(
    `${at} ${run.node} ${name}: ${times}; ${remedies}; ${before - lost.length} of ${before} containers the same; load ${run.load}`,
  );
  for (const complaint of run.complaints) console.log(`  ! ${complaint}`);
}

function rowsOf(runs: readonly Run[]): string[][] {
  return TIMES.map((name) => {
    const times = runs.flatMap((run) => run[name] ?? []);
    return [name, ...[0.5, 0.95, 1].map((q) => (times.length === 0 ? '-' : quantile(times, q).toFixed(1))), `${times.length}`];
  });
}

function saySummary(name: string, title: string, runs: readonly Run[]): void {
  const good = runs.filter(({ complaints }) => complaints.length === 0).length;
  const pods = runs.map(({ podsUnready }) => podsUnready.longest);
  console.log(`\n${name}: ${title}; ${lab.kubeletVersion}, ${lab.state.runtime}; ${good} of ${runs.length} as they should be`);
  printTable(['s from the fault', 'p50', 'p95', 'max', 'runs'], rowsOf(runs));
  console.log(
    `Node not Ready in ${runs.filter(({ notReady }) => notReady.length > 0).length} runs, longest ${Math.max(0, ...runs.flatMap(({ notReady }) => notReady))} s`,
  );
  console.log(
    `pods not Ready: p50 ${quantile(pods, 0.5)}, p95 ${quantile(pods, 0.95)}, max ${quantile(pods, 1)} s; taints ${[...new Set(runs.flatMap(({ taints }) => taints))].join(', ') || 'none'}`,
  );
  console.log(
    `${describeLoad()}; during the runs ${quantile(
      runs.map(({ load }) => load),
      0.5,
    ).toFixed(
      1,
    )} (median). Before each run: the ledger and the Leases in the namespace nodemend removed, the agent started anew\n`,
  );
  note({ scenario: name, good, runs: runs.length, rows: rowsOf(runs) });
}

await runReadyPods(lab, hosts);
if (!values['skip-install']) for (const host of hosts) await installAgent(host, values.dist);
/** What the agent of a node was last started for. */
const preparedFor = new Map<string, Scenario>();

async function prepare(scenario: Scenario, host: LabHost): Promise<void> {
  const last = preparedFor.get(host.name);
  if (last === scenario || (last?.config === scenario.config && last?.before === scenario.before && last !== undefined)) return;
  await scenario.mend(host, lab);
  await scenario.before?.(host, lab);
  await freshAgent(host, scenario.config);
  preparedFor.set(host.name, scenario);
}

async function once(scenario: Scenario, host: LabHost): Promise<Run> {
  await prepare(scenario, host);
  // Nodes that fall ill one after the other are what the fleet's breaker is for; each run is one of its own.
  await lab.kubectl(['-n', 'nodemend', 'delete', 'leases', '--all', '--ignore-not-found']);
  await untilCalm(host, lab, 300_000, scenario.unit ?? host.runtime);
  const run = await measure(scenario, host, lab);
  // At once: by its next turn it has settled.
  await freshAgent(host, scenario.config);
  return run;
}

/** With --interleave one of each in turn: where one restarts docker and the next the kubelet, neither waits for the other. */
const count = Number(values.runs);
const order = values.interleave
  ? Array.from({ length: count }, () => chosen).flat()
  : chosen.flatMap((scenario) => Array.from({ length: count }, () => scenario));
const results = new Map<Scenario, Run[]>();

for (const [turn, scenario] of order.entries()) {
  // The one that was left alone for longest.
  const host = hosts[turn % hosts.length];
  if (host === undefined) throw new Error(`lab ${lab.name} has no such node`);
  const runs = results.get(scenario) ?? [];
  results.set(scenario, runs);
  try {
    const run = await once(scenario, host);
    runs.push(run);
    sayRun(runs.length, scenario.name, run);
    note({ scenario: scenario.name, ...run });
    if (run.complaints.length > 0) process.exitCode = 1;
  } catch (error) {
    // Told, and not counted: the lab did not do what it should.
    console.log(`- ${host.name} ${scenario.name}: no run: ${String(error)}`);
    process.exitCode = 1;
  }
  if (runs.length < count) continue;
  for (const one of hosts) {
    await scenario.after?.(one, lab);
    preparedFor.delete(one.name);
  }
  saySummary(scenario.name, scenario.title, runs);
}

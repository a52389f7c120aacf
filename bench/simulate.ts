/**
 * The decision, ladder, budgets and breaker of the real agent on a virtual fleet: virtual time, virtual API server, seeded.
 * What must hold is checked at every step; ends with status 1 where it does not.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { configOfFleet } from './simulate/fleet-config.ts';
import { renderReport, type Told } from './simulate/report.ts';
import { isSabotage, SABOTAGES } from './simulate/sabotage.ts';
import { scenarios } from './simulate/scenarios.ts';
import { simulate } from './simulate/simulation.ts';
import { totals } from './simulate/tally.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: scenarios.map(({ name }) => name) },
    nodes: { type: 'string', default: '1000' },
    hours: { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
    /** So many seeds from `seed` on. */
    seeds: { type: 'string', default: '1' },
    html: { type: 'string' },
    /** Broken on purpose: see simulate/sabotage.ts. */
    sabotage: { type: 'string', default: 'none' },
  },
});

const { sabotage } = values;
if (!isSabotage(sabotage)) throw new Error(`--sabotage ${sabotage}: ${Object.keys(SABOTAGES).join(', ')}`);
const [nodes, hours, first, seeds] = [values.nodes, values.hours, values.seed, values.seeds].map(Number) as [
  number,
  number,
  number,
  number,
];
const told: Told[] = [];
let [runs, violated] = [0, 0];

const inMinutes = (time: number) => `${(time / 60_000).toFixed(1)} min`;

function tell(
  { scenario, seed, samples, violations, longestWait }: Told,
  result: { readonly events: number; readonly took: number },
): void {
  const { begun, begunDisruptive, cured, healed, givenUp, heldByBreaker, heldByBudget, turns, waited } = totals(samples);
  const most = Math.max(...samples.map(({ disruptive }) => disruptive));
  const memory = Math.round(process.memoryUsage.rss() / 1024 / 1024);
  console.log(`${scenario.name}, seed ${seed}: ${result.events} events in ${result.took.toFixed(1)} s, ${memory} MiB`);
  console.log(
    `  ${begun} remedies, ${begunDisruptive} disruptive (${most} at once at most); ${cured} cured, ${healed} healed, ${givenUp} given up`,
  );
  if (turns > 0)
    console.log(`  ${turns} waited for their turn, ${inMinutes(waited / turns)} on average, ${inMinutes(longestWait)} at most`);
  console.log(`  held ${heldByBreaker} times by the breaker, ${heldByBudget} by the budget; ${violations.length} violations`);
  for (const { at, node, what } of violations.slice(0, 5)) console.log(`  ! ${(at / 60_000).toFixed(1)} min ${node}: ${what}`);
}

const started = performance.now();
const elapsed = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
/** What it takes on a machine with nothing else to do. */
const cpu = () => `${(process.cpuUsage().user / 1_000_000).toFixed(1)} s of CPU`;

for (const name of values.scenario) {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}`);
  const begunAt = performance.now();
  const before = violated;
  for (let seed = first; seed < first + seeds; seed++) {
    const began = performance.now();
    const config = configOfFleet();
    const { samples, violations, events, longestWait } = simulate({ scenario, nodes, hours, seed, config, sabotage });
    const budget = Math.max(1, Math.floor(config.guards.fleet.maxConcurrent.ratio * nodes));
    const run: Told = { scenario, seed, nodes, hours, budget, samples, violations, longestWait };
    runs++;
    violated += violations.length;
    if (seeds === 1 || violations.length > 0) tell(run, { events, took: (performance.now() - began) / 1000 });
    if (seed === first) told.push(run);
  }
  if (seeds > 1) console.log(`${name}: ${seeds} seeds in ${elapsed(begunAt)}, ${violated - before} violations`);
}
if (values.html !== undefined) writeFileSync(values.html, renderReport(told));
console.log(
  `${runs} runs, ${violated} violations, ${elapsed(started)}, ${cpu()}, ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`,
);
process.exitCode = violated === 0 ? 0 : 1;

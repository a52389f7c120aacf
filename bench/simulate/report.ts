import { short } from './axes.ts';
import { type Mark, renderChart, type Series, sparkline } from './charts.ts';
import type { Violation } from './invariants.ts';
import { STYLE } from './report-style.ts';
import type { Scenario } from './scenario.ts';
import { type Sample, totals } from './tally.ts';
import type { Phase } from './virtual-node.ts';

export interface Told {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly nodes: number;
  readonly hours: number;
  /** Nodes that may be in a disruptive remedy at once. */
  readonly budget: number;
  readonly samples: readonly Sample[];
  readonly violations: readonly Violation[];
  readonly longestWait: number;
}

/** What is worst is at the bottom, where its height can be read. */
const STATES: readonly (readonly [Phase, string, string])[] = [
  ['given up', 'given up, waits for a person', 'given-up'],
  ['disrupted', 'drained or rebooted', 'disrupted'],
  ['repaired', 'repaired in place', 'repaired'],
  ['held', 'in trouble, held', 'held'],
  ['suspected', 'suspected', 'suspected'],
];

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const number = (value: number) => value.toLocaleString('en');
const perSecond = (values: readonly number[]) => values.map((value) => value / 60);
const states = (samples: readonly Sample[]): readonly Series[] =>
  STATES.map(([phase, name, colour]) => ({ name, colour, values: samples.map(({ phases }) => phases[phase]) }));

const pill = ({ violations }: Told, what = '') =>
  violations.length === 0
    ? `<span class="pill good">${what}held</span>`
    : `<span class="pill bad">${violations.length} ${what}broken</span>`;

function broken({ violations }: Told): string {
  if (violations.length === 0) return '';
  const rows = violations.slice(0, 10).map(({ at, node, what }) => `<li>${(at / 3_600_000).toFixed(2)} h, ${node}: ${what}</li>`);
  return `<ul class="broken">${rows.join('')}</ul>`;
}

function requests(samples: readonly Sample[]): readonly Series[] {
  const rate = (of: (sample: Sample) => number) => perSecond(samples.map(of));
  return [
    { name: 'reports', colour: 'repaired', values: rate(({ reportWrites }) => reportWrites) },
    { name: 'Leases written', colour: 'leases', values: rate(({ leaseWrites }) => leaseWrites) },
    { name: 'lists read', colour: 'lists', values: rate(({ leaseLists }) => leaseLists) },
  ];
}

function charts({ scenario, hours, samples, budget }: Told): string {
  const marks: readonly Mark[] = scenario.marks?.(hours) ?? [];
  const common = { hours, marks };
  const bare = marks.map((mark) => ({ ...mark, name: '' }));
  return [
    renderChart({
      ...common,
      wide: true,
      whole: true,
      title: 'Nodes that are not healthy',
      unit: 'nodes',
      series: states(samples),
    }),
    renderChart({
      ...{ hours, marks: bare, whole: true, title: 'Budget used', unit: 'nodes in a disruptive remedy at once' },
      limit: { name: `budget ${number(budget)}`, value: budget },
      series: [{ name: 'at once', colour: 'disrupted', values: samples.map(({ disruptive }) => disruptive) }],
    }),
    renderChart({ hours, marks: bare, title: 'API server', unit: 'requests per second', series: requests(samples) }),
  ].join('');
}

function section(told: Told): string {
  const { scenario, nodes, hours, samples, seed } = told;
  const { begun, begunDisruptive, cured, healed, givenUp, heldByBreaker, heldByBudget } = totals(samples);
  const wait = told.longestWait;
  const tiles: readonly (readonly [string, string])[] = [
    [number(begun), 'remedies begun'],
    [number(begunDisruptive), 'of them disruptive'],
    [number(cured), 'cured by them'],
    [number(healed), 'healed otherwise'],
    [number(givenUp), 'given up'],
    [number(heldByBreaker), 'held by breaker'],
    [number(heldByBudget), 'held by budget'],
    [wait < 60_000 ? `${Math.round(wait / 1000)} s` : `${Math.round(wait / 60_000)} min`, 'longest wait'],
  ];
  const list = tiles.map(([value, name]) => `<li><b>${value}</b><span>${name}</span></li>`).join('');
  const head = `<h2>${capital(scenario.title)} ${pill(told, 'invariants ')}</h2><p class="soft">Expected: ${scenario.expectation}. ${number(nodes)} nodes, ${hours} virtual hours, seed ${seed}.</p>`;
  return `<section class="card" id="${scenario.name}">${head}${broken(told)}<ul class="tiles">${list}</ul><div class="charts">${charts(told)}</div></section>`;
}

function row(told: Told): string {
  const { scenario, samples, hours } = told;
  const { begun, begunDisruptive, cured, givenUp, heldByBreaker } = totals(samples);
  const sickest = Math.max(...samples.map(({ phases }) => told.nodes - phases.healthy));
  const writes = Math.max(...samples.map(({ reportWrites, leaseWrites }) => (reportWrites + leaseWrites) / 60));
  const cells = [number(sickest), number(begun), number(begunDisruptive), number(cured), number(givenUp), number(heldByBreaker)];
  const values = [...cells, short(writes)].map((value) => `<td>${value}</td>`).join('');
  return `<tr><td><a href="#${scenario.name}">${scenario.name}</a></td><td>${sparkline(states(samples), hours)}</td>${values}<td>${pill(told)}</td></tr>`;
}

function overview(all: readonly Told[]): string {
  const names = [
    'scenario',
    'not healthy, over time',
    'at most',
    'remedies',
    'disruptive',
    'cured',
    'given up',
    'held by breaker',
  ];
  const heads = [...names, 'writes/s, most', 'invariants'].map((name) => `<th>${name}</th>`).join('');
  return `<div class="card table"><table><thead><tr>${heads}</tr></thead><tbody>${all.map(row).join('')}</tbody></table></div>`;
}

/** One file, without a script and without anything from elsewhere. */
export function renderReport(all: readonly Told[]): string {
  const nodes = Math.max(0, ...all.map((told) => told.nodes));
  const hours = Math.max(0, ...all.map((told) => told.hours));
  const count = all.reduce((sum, { violations }) => sum + violations.length, 0);
  const verdict =
    count === 0
      ? '<span class="good">every invariant held at every step</span>'
      : `<span class="bad">${number(count)} violations</span>`;
  const intro = `${number(nodes)} nodes, ${hours} virtual hours, ${all.length} ${all.length === 1 ? 'scenario' : 'scenarios'}: ${verdict}.`;
  const how = `The decision, ladder, budgets and breaker are the agent’s own code; nodes, API server and time are virtual. Charts show the highest value of each stretch of time; rest the pointer on one for its numbers.`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>nodemend: a fleet, simulated</title><style>${STYLE}</style><h1>A fleet, simulated</h1><p><strong>${intro}</strong></p><p class="soft">${how}</p>${overview(all)}${all.map(section).join('')}</html>\n`;
}

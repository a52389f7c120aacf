import { renderChart } from './charts.ts';
import type { Violation } from './invariants.ts';
import type { Scenario } from './scenario.ts';
import { type Sample, totals } from './tally.ts';
import { PHASES, type Phase } from './virtual-node.ts';

export interface Told {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly nodes: number;
  readonly hours: number;
  /** Nodes that may be in a disruptive remedy at once. */
  readonly budget: number;
  readonly samples: readonly Sample[];
  readonly violations: readonly Violation[];
}

const COLOUR: Readonly<Record<Phase, string>> = {
  healthy: '#7fb685',
  suspected: '#f2d16b',
  held: '#e8a33d',
  repaired: '#4f8fc0',
  disrupted: '#7b5ea7',
  'given up': '#b8433f',
};

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:800px;margin:2rem auto;padding:0 1rem;color:#222}
h2{margin:3rem 0 .2rem}figure{margin:1.2rem 0}figcaption{font-weight:600;font-size:13px}svg{width:100%;height:auto}
text{font-size:11px;fill:#666}.rule{stroke:#e4e4e4}.limit{stroke:#b8433f;stroke-dasharray:5 4}.limit-name{fill:#b8433f}
.legend{font-size:12px;color:#555;margin:.2rem 0 0 64px}.legend span{margin-right:1.1em}.legend i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:2px}
table{border-collapse:collapse;font-size:14px}td,th{padding:.2rem .8rem .2rem 0;text-align:right}td:first-child,th:first-child{text-align:left}
.ok{color:#3c7d44}.bad{color:#b8433f;font-weight:600}@media(prefers-color-scheme:dark){body{background:#16181b;color:#ddd}.rule{stroke:#333}text{fill:#999}.legend{color:#aaa}}`;

const perSecond = (values: readonly number[]) => values.map((value) => value / 60);

function verdict({ violations }: Told): string {
  if (violations.length === 0) return '<p class="ok">Every invariant held at every step.</p>';
  const rows = violations.slice(0, 10).map(({ at, node, what }) => `<li>${(at / 3_600_000).toFixed(2)} h, ${node}: ${what}</li>`);
  return `<p class="bad">${violations.length} violations</p><ul>${rows.join('')}</ul>`;
}

function section(told: Told): string {
  const { scenario, nodes, hours, samples, budget, seed } = told;
  const sum = totals(samples);
  const troubled = PHASES.filter((phase) => phase !== 'healthy');
  const charts = [
    renderChart({
      title: 'Nodes that are not healthy',
      hours,
      stacked: true,
      series: troubled.map((name) => ({ name, colour: COLOUR[name], values: samples.map(({ phases }) => phases[name]) })),
    }),
    renderChart({
      title: 'Nodes in a disruptive remedy at once',
      hours,
      limit: { name: `budget: ${budget}`, value: budget },
      series: [{ name: 'drained or rebooted', colour: COLOUR.disrupted, values: samples.map(({ disruptive }) => disruptive) }],
    }),
    renderChart({
      title: 'Requests to the API server per second',
      hours,
      series: [
        { name: 'reports', colour: COLOUR.repaired, values: perSecond(samples.map(({ reportWrites }) => reportWrites)) },
        { name: 'Leases', colour: COLOUR.held, values: perSecond(samples.map(({ leaseWrites }) => leaseWrites)) },
        { name: 'lists of Leases', colour: COLOUR['given up'], values: perSecond(samples.map(({ leaseLists }) => leaseLists)) },
      ],
    }),
  ];
  const facts = `${nodes.toLocaleString('en')} nodes, ${hours} virtual hours, seed ${seed}: ${sum.begun} remedies, ${sum.begunDisruptive} of them disruptive; ${sum.cured} nodes cured, ${sum.healed} healed by themselves or by the operator, ${sum.givenUp} given up; the breaker held ${sum.heldByBreaker} times, the budget ${sum.heldByBudget} times.`;
  return `<section id="${scenario.name}"><h2>${scenario.title}</h2><p>Expected: ${scenario.expectation}.</p><p>${facts}</p>${verdict(told)}${charts.join('')}</section>`;
}

function overview(all: readonly Told[]): string {
  const rows = all.map((told) => {
    const { begun, begunDisruptive, cured, givenUp } = totals(told.samples);
    const word =
      told.violations.length === 0 ? '<td class="ok">held</td>' : `<td class="bad">${told.violations.length} broken</td>`;
    const cells = [begun, begunDisruptive, cured, givenUp].map((value) => `<td>${value}</td>`).join('');
    return `<tr><td><a href="#${told.scenario.name}">${told.scenario.name}</a></td>${cells}${word}</tr>`;
  });
  return `<table><tr><th>scenario</th><th>remedies</th><th>disruptive</th><th>cured</th><th>given up</th><th>invariants</th></tr>${rows.join('')}</table>`;
}

/** One file, without a script and without anything from elsewhere. */
export function renderReport(all: readonly Told[]): string {
  const intro =
    'The decision, ladder, budgets and breaker are the agent’s own code; nodes, API server and time are virtual. Charts show the highest value of each stretch of time.';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>nodemend: a fleet, simulated</title><style>${STYLE}</style><h1>A fleet, simulated</h1><p>${intro}</p>${overview(all)}${all.map(section).join('')}</html>\n`;
}

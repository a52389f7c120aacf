import { minutes } from '../../lib/model/units.ts';
import type { Outage } from './api-server.ts';
import type { Context } from './context.ts';
import type { Scenario, ScriptLine } from './scenario.ts';
import { befall, heal, resetBreaker } from './trouble.ts';
import { badKernel, brief, dead, hang, imagined, kubeletHang, wedged } from './troubles.ts';
import type { Trouble, VirtualNode } from './virtual-node.ts';

const HOUR = minutes(60);
/** Nothing new befalls the fleet in its last hours, so that what can heal must have healed. */
const QUIET = 0.25;
const LEAST = 80;

const MIX: readonly (readonly [number, Trouble])[] = [
  [0.4, hang],
  [0.55, dead],
  [0.8, kubeletHang],
  [0.85, wedged],
];

/** The troubles of every day: `rate` of them per node and day. */
function everyday(context: Context, end: number, rate: number): ScriptLine[] {
  const { nodes, random } = context;
  const lines: ScriptLine[] = [];
  // A small fleet has few troubles of its own accord: then so many that a run shows something.
  const mean = Math.min((24 * HOUR) / (rate * nodes.length), end / LEAST);
  for (let at = random.exponential(mean); at < end * (1 - QUIET); at += random.exponential(mean)) {
    const [node, word, lasts] = [pick(context), random.next(), random.between(brief.least, brief.most)];
    const trouble = MIX.find(([below]) => word < below)?.[1];
    const run = () => (trouble === undefined ? befall(context, node, brief.trouble, lasts) : befall(context, node, trouble));
    lines.push({ at, run });
  }
  return lines;
}

/** So many nodes that only a reboot cures, one after another, that the budget is always spent. */
function backlog(context: Context, end: number): ScriptLine[] {
  const budget = Math.max(1, Math.floor(context.nodes.length * context.config.guards.fleet.maxConcurrent.ratio));
  const every = minutes(Math.max(5, 24 / budget));
  const lines: ScriptLine[] = [];
  for (let at = every; at < end * (1 - QUIET); at += context.random.exponential(every)) {
    const node = pick(context);
    lines.push({ at, run: () => befall(context, node, wedged) });
  }
  return lines;
}

/** Trouble that began together stays suspicious for as long as it stands: in the end a person looks, and lets node after node go on. */
function person(context: Context, end: number): ScriptLine[] {
  const rounds = Math.floor((end * QUIET) / minutes(12)) - 1;
  const from = (round: number) => end * (1 - QUIET) + round * minutes(12);
  return Array.from({ length: rounds }, (_, round) =>
    wave(context, from(round), from(round + 1), (node) => resetBreaker(context, node)),
  ).flat();
}

function pick({ nodes, random }: Context): VirtualNode {
  const node = nodes[Math.floor(random.next() * nodes.length)];
  if (node === undefined) throw new Error('a fleet without nodes');
  return node;
}

/** Many nodes, one after another between two times: a rollout, and the way back. */
function wave(context: Context, from: number, to: number, run: (node: VirtualNode) => void): ScriptLine[] {
  return context.nodes.map((node) => ({ at: context.random.between(from, to), run: () => run(node) }));
}

const inZone = (zone: string, run: (node: VirtualNode) => void) => (node: VirtualNode) => {
  if (node.zone === zone) run(node);
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'ordinary',
    title: 'ordinary days: hangs, dead daemons, some nodes that only a reboot cures',
    expectation: 'local remedies within seconds, disruptive ones never beyond the budget, the breaker stays closed',
    script: (context, end) => everyday(context, end, 0.05),
  },
  {
    name: 'bad-kernel',
    title: 'a bad kernel is rolled out everywhere, and back again',
    expectation: 'the breaker opens after the first nodes; the fleet is not restarted, drained and rebooted in vain',
    script: (context, end) => [
      ...everyday(context, end, 0.01),
      ...wave(context, end * 0.1, end * 0.25, (node) => befall(context, node, badKernel)),
      ...wave(context, end * 0.35, end * 0.45, (node) => heal(context, node, 'healed')),
    ],
  },
  {
    name: 'zone-down',
    title: 'one zone loses its runtimes and its way to the API server',
    expectation: 'nodes of that zone may do one local remedy in ten minutes on their own; the others go on',
    outages: (hours) => [{ from: hours * HOUR * 0.2, to: hours * HOUR * 0.3, zone: 'zone-1' }],
    script: (context, end) => [
      ...everyday(context, end, 0.02),
      ...wave(
        context,
        end * 0.2,
        end * 0.21,
        inZone('zone-1', (node) => befall(context, node, wedged, end * 0.2)),
      ),
    ],
  },
  {
    name: 'backlog',
    title: 'more nodes need a reboot than the budget lets go at once',
    expectation: 'they wait their turn; the budget is used up and never exceeded, and all of them are cured in the end',
    script: (context, end) => [...backlog(context, end), ...person(context, end)],
  },
  {
    name: 'partition',
    title: 'the same, while one zone again and again loses its way to the API server for a quarter of an hour',
    expectation: 'a node that is cut off begins nothing disruptive; its claim outlives the longest remedy',
    outages: (hours) =>
      Array.from({ length: Math.floor(hours) }, (_, hour): Outage => {
        const from = hour * HOUR + minutes(30);
        return { from, to: from + minutes(15), zone: `zone-${hour % 3}` };
      }),
    script: (context, end) => [...backlog(context, end), ...person(context, end)],
  },
  {
    name: 'api-flapping',
    title: 'the API server comes and goes, two minutes up and one down',
    expectation: 'no claim is lost over it, and its load stays bounded',
    outages: (hours) =>
      Array.from({ length: Math.floor(hours * 20 * 0.5) }, (_, index): Outage => {
        const from = hours * HOUR * 0.2 + index * minutes(3);
        return { from, to: from + minutes(1) };
      }),
    script: (context, end) => everyday(context, end, 0.05),
  },
  {
    name: 'detector-bug',
    title: 'a release whose check finds a hang where there is none',
    expectation: 'the breaker opens; almost no healthy node is touched',
    script: (context, end) => [
      ...everyday(context, end, 0.01),
      ...wave(context, end * 0.2, end * 0.22, (node) => befall(context, node, imagined, end * 0.1)),
    ],
  },
  {
    name: 'thundering',
    title: 'the API server is away for an hour in which nodes break, and comes back',
    expectation: 'the reports of the outage arrive spread over a minute or two, not in one second',
    outages: (hours) => [{ from: hours * HOUR * 0.3, to: hours * HOUR * 0.3 + HOUR }],
    script: (context, end) => everyday(context, end, 0.3),
  },
  {
    name: 'clock-skew',
    title: 'clocks of the nodes are up to an hour wrong, either way',
    expectation: 'budgets and breaker hold all the same: times are the API server’s',
    skew: (random) => random.between(-HOUR, HOUR),
    script: (context, end) => everyday(context, end, 0.05),
  },
  {
    name: 'two-versions',
    title: 'half of the agents are one version behind, and call a hang by another name',
    expectation: 'the budget counts both; the breaker that counts all reasons still opens',
    isOld: (index) => index % 2 === 1,
    script: (context, end) => [
      ...everyday(context, end, 0.02),
      ...wave(context, end * 0.3, end * 0.31, (node) => befall(context, node, badKernel, end * 0.2)),
    ],
  },
];

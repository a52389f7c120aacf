import { minutes } from '../../lib/model/units.ts';
import type { Context } from './context.ts';
import type { ScriptLine } from './scenario.ts';
import { befall, resetBreaker } from './trouble.ts';
import { brief, dead, hang, kubeletHang, wedged } from './troubles.ts';
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
export function everyday(context: Context, end: number, rate: number): ScriptLine[] {
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
export function backlog(context: Context, end: number, zone?: string): ScriptLine[] {
  const { nodes, config, random } = context;
  const { maxConcurrent, perZone } = config.guards.fleet;
  const among = zone === undefined ? nodes : nodes.filter((node) => node.zone === zone);
  const budget = Math.max(1, Math.floor(among.length * (zone === undefined ? maxConcurrent : perZone).ratio));
  const every = minutes(24 / budget);
  const lines: ScriptLine[] = [];
  for (let at = every; at < end * (1 - QUIET); at += random.exponential(every)) {
    const node = among[Math.floor(random.next() * among.length)];
    if (node !== undefined) lines.push({ at, run: () => befall(context, node, wedged) });
  }
  return lines;
}

/** Trouble that began together stays suspicious for as long as it stands: in the end a person looks, and lets node after node go on. */
export function person(context: Context, end: number): ScriptLine[] {
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
export function wave(context: Context, from: number, to: number, run: (node: VirtualNode) => void): ScriptLine[] {
  return context.nodes.map((node) => ({ at: context.random.between(from, to), run: () => run(node) }));
}

/** So many nodes at one instant, and others some time later. */
export function volleys({ nodes, random }: Context, end: number, size: number, run: (node: VirtualNode) => void): ScriptLine[] {
  const every = (end * (1 - QUIET)) / 4;
  return Array.from({ length: 3 }, (_, index) => {
    const first = Math.floor(random.next() * nodes.length);
    const hit = Array.from({ length: size }, (_, at) => nodes[(first + at) % nodes.length]).filter((node) => node !== undefined);
    return { at: (index + 1) * every, run: () => hit.forEach(run) };
  });
}

export const inZone = (zone: string, run: (node: VirtualNode) => void) => (node: VirtualNode) => {
  if (node.zone === zone) run(node);
};

import type { AgentConfig } from '../../lib/config/schema.ts';
import { type Duration, minutes } from '../../lib/model/units.ts';
import { apiServer } from './api-server.ts';
import { type Context, EVENT } from './context.ts';
import { eventQueue } from './event-queue.ts';
import { invariantsOf, type Violation } from './invariants.ts';
import { policyOf } from './policy.ts';
import { seeded } from './random.ts';
import { claim, consider, ends, lookAgain, read } from './repairs.ts';
import { renew, report } from './reports.ts';
import type { Sabotage } from './sabotage.ts';
import type { Scenario } from './scenario.ts';
import { BUCKET, type Sample, tally } from './tally.ts';
import { found, heal } from './trouble.ts';
import { viewsOf } from './views.ts';
import { type VirtualNode, virtualNode } from './virtual-node.ts';

export interface RunOptions {
  readonly scenario: Scenario;
  readonly nodes: number;
  readonly hours: number;
  readonly seed: number;
  readonly config: AgentConfig;
  readonly sabotage: Sabotage;
}

export interface RunResult {
  readonly samples: readonly Sample[];
  readonly violations: readonly Violation[];
  readonly events: number;
  /** The longest that one node waited for its turn. */
  readonly longestWait: Duration;
}

const ZONES = 3;

function prepare({ scenario, nodes: number, hours, seed, config, sabotage }: RunOptions): Context {
  const random = seeded(seed);
  const zoneSizes = new Map<string, number>();
  const nodes = Array.from({ length: number }, (_, index) => {
    const zone = `zone-${index % ZONES}`;
    zoneSizes.set(zone, (zoneSizes.get(zone) ?? 0) + 1);
    return virtualNode(index, { zone, old: scenario.isOld?.(index) ?? false, skew: scenario.skew?.(random) ?? 0 });
  });
  const api = apiServer(scenario.outages?.(hours, random) ?? [], random);
  const sizes = { nodes: number, zone: (name: string) => zoneSizes.get(name) ?? 0 };
  const parts = { policy: policyOf(config, sabotage), invariants: invariantsOf(config, sizes), views: viewsOf(api, sizes) };
  return { config, sabotage, nodes, queue: eventQueue(4 * number), api, random, tally: tally(number), now: 0, ...parts };
}

type Due = 'reportAt' | 'renewAt' | 'foundAt' | 'healsAt' | 'stepAt';
type Handler = readonly [Due, (context: Context, node: VirtualNode) => void];

const HANDLERS: Readonly<Record<number, Handler>> = {
  [EVENT.report]: ['reportAt', report],
  [EVENT.renew]: ['renewAt', renew],
  [EVENT.found]: ['foundAt', found],
  [EVENT.heals]: ['healsAt', (context, node) => heal(context, node, 'healed')],
  [EVENT.consider]: ['stepAt', consider],
  [EVENT.claim]: ['stepAt', claim],
  [EVENT.read]: ['stepAt', read],
  [EVENT.again]: ['stepAt', lookAgain],
  [EVENT.ends]: ['stepAt', ends],
};

/** One that fires at another time than the node expects has been overtaken. */
function fire(context: Context, index: number, what: number): void {
  const node = context.nodes[index];
  const handler = HANDLERS[what];
  if (node !== undefined && handler !== undefined && node[handler[0]] === context.now) handler[1](context, node);
}

/** What a cure exists for must be cured, once nothing new has happened for a while. */
function judgeEnd(context: Context, end: Duration): void {
  const { invariants, nodes } = context;
  for (const node of nodes) {
    const { trouble, phase } = node;
    const isCurable = trouble !== undefined && trouble.imagined !== true && Object.keys(trouble.cures).length > 0;
    if (isCurable && phase !== 'given up' && end - node.began > minutes(60)) invariants.unhealed(node, end);
  }
}

export function simulate(options: RunOptions): RunResult {
  const context = prepare(options);
  const { queue, random, nodes, tally: counts, invariants } = context;
  const end = minutes(60) * options.hours;
  for (const node of nodes) {
    node.reportAt = random.between(0, minutes(5));
    queue.add(node.reportAt, EVENT.report, node.index);
  }
  queue.add(BUCKET, EVENT.sample, 0);
  const script = options.scenario.script(context, end);
  for (const [index, { at }] of script.entries()) queue.add(at, EVENT.script, index);
  let events = 0;
  while (queue.take() && queue.at <= end) {
    context.now = queue.at;
    events++;
    const { what, node: index } = queue;
    if (what === EVENT.script) script[index]?.run();
    else if (what === EVENT.sample) {
      counts.sample(queue.at, invariants.disruptive);
      queue.add(queue.at + BUCKET, EVENT.sample, 0);
    } else fire(context, index, what);
  }
  judgeEnd(context, end);
  return { samples: counts.samples, violations: invariants.violations, events, longestWait: counts.longest };
}

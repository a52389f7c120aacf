import { setTimeout } from 'node:timers/promises';
import type { Outcome } from '../../lib/drain/failure.ts';
import { AgentError } from '../../lib/errors.ts';
import type { Filter } from '../../lib/fleet/filter.ts';
import type { FleetNode } from '../../lib/fleet/fleet-node.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { formatDuration, parseDuration } from '../../lib/model/quantity.ts';
import { type Duration, type Instant, seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { problems } from '../../lib/problems/index.ts';
import { type Command, type CommandContext, type OptionValues, shared, textOption } from '../command.ts';
import type { Api } from '../drain/api.ts';
import { nodeOptions, selectorOf } from '../drain/command-line.ts';
import { connectApi } from '../drain/connect.ts';
import { listNodes } from '../overview/list-nodes.ts';

/** Between the end of one list and the beginning of the next. */
const PAUSE: Duration = seconds(10);
const SHORTEST: Duration = seconds(5);
/** An API server that needs long is left alone for longer: it works for us a sixth of the time at most. */
const REST = 5;

type Pictures = typeof import('../pictures.ts');

interface Wanted {
  readonly filters: readonly Filter[];
  readonly sort: string;
  readonly selector: string;
  readonly pause: Duration;
}

function fail(message: string): never {
  throw new AgentError('ARGUMENT_INVALID', `fleet: ${message}`);
}

function filtersOf(options: OptionValues, { parseFilter }: Pictures): readonly Filter[] {
  const texts = Array.isArray(options.filter) ? options.filter : [];
  return texts.map((text) => {
    const filter = parseFilter(text);
    return typeof filter === 'string' ? fail(`--filter ${JSON.stringify(text)} ${filter}`) : filter;
  });
}

function wantedOf(options: OptionValues, pictures: Pictures): Wanted {
  const sort = textOption(options, 'sort') ?? 'worst';
  if (!pictures.SORTS.includes(sort)) fail(`--sort ${JSON.stringify(sort)} is none of ${pictures.SORTS.join(', ')}`);
  const interval = textOption(options, 'interval');
  const pause = interval === undefined ? PAUSE : parseDuration(interval);
  if (pause === undefined || pause < SHORTEST)
    fail(`--interval ${interval} is no duration of ${formatDuration(SHORTEST)} or more`);
  return {
    filters: filtersOf(options, pictures),
    sort,
    selector: selectorOf(options, 'selector', 'fleet'),
    pause: pause ?? PAUSE,
  };
}

const problemTypes = new Set(problems.map(({ type }) => type));

async function look(api: Api, { selector }: Wanted, { readNode }: Pictures): Promise<Outcome<readonly FleetNode[]>> {
  const toRow = (node: Parameters<typeof readNode>[0], now: Instant) => readNode(node, { now, problemTypes });
  return await listNodes(api, { selector, toRow, now: Date.now });
}

/** Prints one look; gives the exit status. */
function show(all: readonly FleetNode[], { filters, sort }: Wanted, pictures: Pictures, context: CommandContext): number {
  const { options, terminal } = context;
  const shown = pictures.sorted(
    all.filter((node) => pictures.meetsAll(node, filters)),
    sort,
  );
  const fleet = { nodes: shown, of: all.length };
  const watching = options.watch === true;
  const { columns, color, interactive, rows } = terminal;
  const onScreen = watching && interactive;
  if (options.json === true) {
    // One document per line while watching, so that a reader can take them one by one.
    terminal.print(`${safeJson(pictures.fleetJson(fleet, Date.now()), watching ? undefined : 2)}\n`);
  } else {
    const text = pictures.renderFleet(fleet, { columns, color, interactive, rows: onScreen ? rows : undefined });
    terminal.print(`${onScreen ? '\x1b[H\x1b[2J' : ''}${text}`);
  }
  return HEALTH_STATUS[pictures.fleetHealth(fleet)];
}

async function run(context: CommandContext): Promise<number> {
  const { options, terminal, positionals } = context;
  if (positionals.length > 0) fail('takes no names; --filter and --selector choose nodes');
  // Here alone: what other commands do not need.
  const pictures = await import('../pictures.ts');
  const wanted = wantedOf(options, pictures);
  const { api, note } = await connectApi(context);
  if (note !== undefined) terminal.warn(`nodemend: ${note}\n`);
  let status: number = HEALTH_STATUS.Unknown;
  for (;;) {
    const began = performance.now();
    const listed = await look(api, wanted, pictures);
    if (listed.ok) status = show(listed.value, wanted, pictures, context);
    else terminal.warn(`nodemend: the nodes cannot be listed: ${listed.failure.message}\n`);
    const took = performance.now() - began;
    if (options.watch !== true || !terminal.writable()) return status;
    await setTimeout(Math.max(wanted.pause, REST * took));
  }
}

export const fleet: Command = {
  name: 'fleet',
  summary: "every node's last report in one table, the worst first",
  example:
    'nodemend fleet\nnodemend fleet --filter health!=Healthy --filter zone=eu-1a --watch\nnodemend fleet --filter problem=DockerHung,PLEGUnhealthy --json',
  options: {
    filter: {
      type: 'string',
      multiple: true,
      value: 'KEY=VALUE,…',
      description: 'these nodes alone, KEY!=VALUE the others: health, problem, zone, agent, ready, cordoned, paused, version',
    },
    selector: { ...nodeOptions.selector, description: 'nodes with these labels alone' },
    sort: { type: 'string', value: 'worst|name|zone|age|headroom|version', description: 'what comes first (worst)' },
    watch: { type: 'boolean', description: 'again and again until interrupted; with --json one document per line' },
    interval: {
      type: 'string',
      value: 'DURATION',
      description: 'with --watch: pause after each list (10s); never shorter than 5s',
    },
    json: shared.json,
    kubeconfig: nodeOptions.kubeconfig,
    context: nodeOptions.context,
    config: shared.config,
  },
  run,
};

import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import { redactor } from '../../lib/host/redact.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import type { FlightSample } from '../../lib/model/flight.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Incident, incidentsOf } from '../../lib/policy/history.ts';
import { formerBoot, lastWords } from '../../lib/recorder/last-words.ts';
import { lastBootPath, readFlight } from '../../lib/recorder/ring.ts';
import { bundle, evidenceFiles, writeNew } from '../bundle.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf } from '../configuration.ts';
import { readHistory } from '../history.ts';
import { renderIncident, renderIncidents } from '../output/incidents.ts';
import { incidentJson, incidentsJson, lastBootJson } from '../output/incidents-json.ts';
import { type LastBootPage, renderLastBoot } from '../output/last-boot.ts';
import { type StatePaths, statePaths } from '../state-paths.ts';
import type { Terminal } from '../terminal.ts';

interface Known {
  readonly config: AgentConfig;
  readonly paths: StatePaths;
  readonly incidents: readonly Incident[];
  readonly notes: readonly string[];
}

async function readKnown(config: AgentConfig): Promise<Known> {
  const { entries, notes } = await readHistory(config);
  return { config, paths: statePaths(config), incidents: incidentsOf(entries), notes };
}

async function readSamples({ recorder }: StatePaths): Promise<readonly FlightSample[]> {
  try {
    return [...(await readFlight(lastBootPath(recorder))), ...(await readFlight(recorder))];
  } catch (error) {
    throw new AgentError('PERMISSION_DENIED', `${recorder} may not be read`, { cause: error });
  }
}

/** By its whole id, or by an end of it that only one has. */
function findIncident(incidents: readonly Incident[], word: string): Incident {
  const exact = incidents.find(({ id }) => id === word);
  const [only, ...others] = incidents.filter(({ id }) => id.endsWith(word));
  const found = exact ?? (others.length === 0 ? only : undefined);
  if (found === undefined)
    throw new AgentError('INCIDENT_UNKNOWN', `no incident ${JSON.stringify(word)} in the ledger of this node`);
  return found;
}

async function writeBundle(known: Known, incident: Incident, file: string, terminal: Terminal): Promise<void> {
  const name = hostname();
  const { nodeName } = known.config;
  const path = resolve(file);
  const bytes = await bundle({
    incident,
    samples: await readSamples(known.paths),
    files: await evidenceFiles(join(known.paths.evidence, incident.id)),
    redactor: redactor([name, name.split('.')[0] ?? name, ...(nodeName === 'auto' ? [] : [nodeName])]),
    at: Date.now(),
  });
  await writeNew(path, bytes);
  terminal.print(`incident ${incident.id} packed in ${path}\n`);
  terminal.print('keys, tokens, host name and addresses are replaced; look through it before you send it away\n');
}

async function lastBootOf({ paths, incidents }: Known): Promise<LastBootPage> {
  const now = bootClock()();
  const samples = formerBoot(await readSamples(paths), now.boot);
  const boot = samples.at(-1)?.boot ?? incidents.findLast((incident) => incident.boot !== now.boot)?.boot;
  return {
    samples,
    words: lastWords(samples),
    incidents: incidents.filter((incident) => incident.boot === boot),
    bootedAt: now.at - now.up,
  };
}

async function run({ options, positionals, terminal }: CommandContext): Promise<number> {
  const [word, ...more] = positionals;
  const file = textOption(options, 'bundle');
  if (more.length > 0) throw new AgentError('ARGUMENT_INVALID', 'incidents: one ID at a time');
  const known = await readKnown(await configOf(composeHost(), textOption(options, 'config')));
  const isJson = options.json === true;
  if (options['last-boot'] === true) {
    const page = await lastBootOf(known);
    terminal.print(isJson ? `${safeJson(lastBootJson(page), 2)}\n` : renderLastBoot(page, terminal));
    return EXIT.ok;
  }
  if (word === undefined && file === undefined) {
    terminal.print(isJson ? `${safeJson(incidentsJson(known), 2)}\n` : renderIncidents(known, terminal));
    return EXIT.ok;
  }
  const last = known.incidents.at(-1);
  if (word === undefined && last === undefined)
    throw new AgentError('INCIDENT_UNKNOWN', 'the ledger of this node has no incident to pack');
  const incident = word === undefined && last !== undefined ? last : findIncident(known.incidents, word ?? '');
  if (file !== undefined) {
    await writeBundle(known, incident, file, terminal);
    return EXIT.ok;
  }
  const files = (await evidenceFiles(join(known.paths.evidence, incident.id))).map(({ path }) => path);
  terminal.print(isJson ? `${safeJson(incidentJson(incident, files), 2)}\n` : renderIncident(incident, files, terminal));
  return EXIT.ok;
}

export const incidents: Command = {
  name: 'incidents',
  summary: 'what was wrong on this node, what was done about it, and what came of it; works while the agent is dead',
  operands: '[ID]',
  example: 'nodemend incidents\nnodemend incidents 20260101-0042 --bundle incident.tar.gz\nnodemend incidents --last-boot',
  options: {
    bundle: {
      type: 'string',
      value: 'FILE.tar.gz',
      description: 'pack the incident (the last one without ID) with its evidence, redacted',
    },
    'last-boot': { type: 'boolean', description: 'why did this node die: the last records and incidents before the last boot' },
    json: shared.json,
    config: shared.config,
  },
  run,
};

import { join } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Incident, incidentsOf } from '../../lib/policy/history.ts';
import { formerBoot, lastWords } from '../../lib/recorder/last-words.ts';
import { evidenceFiles } from '../bundle.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf } from '../configuration.ts';
import { readHistory } from '../history.ts';
import { readSamples, writeBundle, writePage } from '../incident-files.ts';
import { renderIncident } from '../output/incident.ts';
import { renderIncidents } from '../output/incidents.ts';
import { incidentJson, incidentsJson, lastBootJson } from '../output/incidents-json.ts';
import { type LastBootPage, renderLastBoot } from '../output/last-boot.ts';
import { type StatePaths, statePaths } from '../state-paths.ts';

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

/** By its whole id, or by an end of it that only one has. */
function findIncident(incidents: readonly Incident[], word: string): Incident {
  const exact = incidents.find(({ id }) => id === word);
  const [only, ...others] = incidents.filter(({ id }) => id.endsWith(word));
  const found = exact ?? (others.length === 0 ? only : undefined);
  if (found === undefined)
    throw new AgentError('INCIDENT_UNKNOWN', `no incident ${JSON.stringify(word)} in the ledger of this node`);
  return found;
}

/** Files that can be sent away. */
async function writeFiles({ config }: Known, incident: Incident, { options, terminal }: CommandContext): Promise<void> {
  const [archive, page] = [textOption(options, 'bundle'), textOption(options, 'html')];
  if (archive !== undefined)
    terminal.print(`incident ${incident.id} packed in ${await writeBundle(config, incident, archive)}\n`);
  if (page !== undefined) terminal.print(`incident ${incident.id} drawn in ${await writePage(config, incident, page)}\n`);
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

async function run(context: CommandContext): Promise<number> {
  const { options, positionals, terminal } = context;
  const [word, ...more] = positionals;
  const wantsFile = textOption(options, 'bundle') !== undefined || textOption(options, 'html') !== undefined;
  if (more.length > 0) throw new AgentError('ARGUMENT_INVALID', 'incidents: one ID at a time');
  const known = await readKnown(await configOf(composeHost(), textOption(options, 'config')));
  const isJson = options.json === true;
  if (options['last-boot'] === true) {
    const page = await lastBootOf(known);
    terminal.print(isJson ? `${safeJson(lastBootJson(page), 2)}\n` : renderLastBoot(page, terminal));
    return EXIT.ok;
  }
  if (word === undefined && !wantsFile) {
    terminal.print(isJson ? `${safeJson(incidentsJson(known), 2)}\n` : renderIncidents(known, terminal));
    return EXIT.ok;
  }
  const last = known.incidents.at(-1);
  if (word === undefined && last === undefined)
    throw new AgentError('INCIDENT_UNKNOWN', 'the ledger of this node has no incident to pack');
  const incident = word === undefined && last !== undefined ? last : findIncident(known.incidents, word ?? '');
  if (wantsFile) {
    await writeFiles(known, incident, context);
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
  example:
    'nodemend incidents\nnodemend incidents 20260101-0042 --html incident.html\nnodemend incidents 20260101-0042 --bundle incident.tar.gz\nnodemend incidents --last-boot',
  options: {
    bundle: {
      type: 'string',
      value: 'FILE.tar.gz',
      description: 'pack the incident (the last one without ID) with its evidence, redacted',
    },
    html: {
      type: 'string',
      value: 'FILE.html',
      description: 'draw the incident (the last one without ID) as one page: timeline, signals, evidence, redacted; no scripts',
    },
    'last-boot': { type: 'boolean', description: 'why did this node die: the last records and incidents before the last boot' },
    json: shared.json,
    config: shared.config,
  },
  run,
};

import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import { type Redactor, redactor } from '../lib/host/redact.ts';
import type { FlightSample } from '../lib/model/flight.ts';
import type { Incident } from '../lib/policy/history.ts';
import { problems } from '../lib/problems/index.ts';
import { lastBootPath, readFlight } from '../lib/recorder/ring.ts';
import { bundle, evidenceFiles, readBounded, redacted, writeNew } from './bundle.ts';
import { composeHost } from './compose.ts';
import { takeInventory } from './inventory/inventory.ts';
import { type StatePaths, statePaths } from './state-paths.ts';
import { version } from './version.ts';

export async function readSamples({ recorder }: StatePaths): Promise<readonly FlightSample[]> {
  try {
    return [...(await readFlight(lastBootPath(recorder))), ...(await readFlight(recorder))];
  } catch (error) {
    throw new AgentError('PERMISSION_DENIED', `${recorder} may not be read`, { cause: error });
  }
}

/** What leaves the node says neither its secrets nor its name. */
function redactorOf({ nodeName }: AgentConfig): Redactor {
  const name = hostname();
  return redactor([name, name.split('.')[0] ?? name, ...(nodeName === 'auto' ? [] : [nodeName])]);
}

async function partsOf(config: AgentConfig, incident: Incident) {
  const paths = statePaths(config);
  return {
    samples: await readSamples(paths),
    files: await evidenceFiles(join(paths.evidence, incident.id)),
    redactor: redactorOf(config),
    at: Date.now(),
  };
}

/** `--bundle`; gives where it is. */
export async function writeBundle(config: AgentConfig, incident: Incident, file: string): Promise<string> {
  const path = resolve(file);
  const [parts, inventory] = await Promise.all([partsOf(config, incident), takeInventory(composeHost())]);
  await writeNew(path, await bundle({ incident, inventory, ...parts }));
  return path;
}

/** `--html`; gives where it is. */
export async function writePage(config: AgentConfig, incident: Incident, file: string): Promise<string> {
  const { renderIncidentPage } = await import('./pictures.ts');
  const path = resolve(file);
  const { samples, files, redactor: clean, at } = await partsOf(config, incident);
  const texts: { readonly name: string; readonly text: string }[] = [];
  for (const { name, path: from } of files) texts.push({ name: clean.text(name), text: clean.text(await readBounded(from)) });
  const meaning = problems.find(({ type }) => type === incident.type)?.meaning;
  const page = renderIncidentPage({
    incident: redacted(incident, clean),
    samples,
    files: texts,
    ...(meaning === undefined ? {} : { meaning }),
    version,
    at,
  });
  await writeNew(path, Buffer.from(page));
  return path;
}

import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AgentError } from '../lib/errors.ts';
import type { Redactor } from '../lib/host/redact.ts';
import { messageOf } from '../lib/model/error-words.ts';
import type { FlightSample } from '../lib/model/flight.ts';
import { FLIGHT_MEASURES } from '../lib/model/flight.ts';
import type { LedgerEntry } from '../lib/model/incident.ts';
import type { Inventory } from '../lib/model/inventory.ts';
import { safeJson } from '../lib/model/printable.ts';
import { type Bytes, MiB, minutes } from '../lib/model/units.ts';
import { type Incident, incidentsOf } from '../lib/policy/history.ts';
import { renderIncident } from './output/incident.ts';
import { type TarFile, tar } from './tar.ts';

/** Evidence is bounded when it is taken; a person's files beside it are not. */
const MOST_FILE: Bytes = 16 * MiB;
const MOST_FILES = 200;
/** Records from before the incident show what led to it. */
const MARGIN = minutes(15);

export interface EvidenceFile {
  readonly name: string;
  readonly path: string;
}

/** Regular files below the incident's evidence directory: never through a link, and none if there is no such directory. */
export async function evidenceFiles(directory: string): Promise<readonly EvidenceFile[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const files: EvidenceFile[] = [];
  for (const name of names.sort().slice(0, MOST_FILES)) {
    const path = join(directory, name);
    if ((await lstat(path)).isFile()) files.push({ name: relative(directory, path), path });
  }
  return files;
}

/** A file of evidence, as far as it is not endless. */
export async function readBounded(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, MOST_FILE));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function windowOf({ entries }: Incident, samples: readonly FlightSample[]): readonly FlightSample[] {
  const first = entries[0]?.at ?? 0;
  const last = entries.at(-1)?.at ?? 0;
  return samples.filter(({ at }) => at >= first - MARGIN && at <= last + MARGIN);
}

/** One row per record; an empty cell is what was not measured. */
function recorderTable(samples: readonly FlightSample[]): string {
  const rows = samples.map((sample) => [
    new Date(sample.at).toISOString(),
    sample.mark,
    ...FLIGHT_MEASURES.map((name) => sample[name] ?? ''),
  ]);
  return [['time', 'mark', ...FLIGHT_MEASURES], ...rows].map((row) => `${row.join(',')}\n`).join('');
}

export interface Bundled {
  readonly incident: Incident;
  readonly samples: readonly FlightSample[];
  readonly files: readonly EvidenceFile[];
  readonly inventory: Inventory;
  readonly redactor: Redactor;
  readonly at: number;
}

/** Before it is drawn: what is escaped for a terminal no longer looks like a secret. */
export function redacted(incident: Incident, { value }: Redactor): Incident {
  const [same] = incidentsOf(incident.entries.map((entry) => value(entry) as LedgerEntry));
  if (same === undefined) throw new Error(`incident ${incident.id} has no beginning`);
  return same;
}

/** Everything about one incident, redacted, as a gzipped tar archive. */
export async function bundle({ incident, samples, files, inventory, redactor, at }: Bundled): Promise<Buffer> {
  const folder = `nodemend-${incident.id}`;
  const names = files.map(({ name }) => `evidence/${name}`);
  const ledger = incident.entries.map((entry) => `${JSON.stringify(redactor.value(entry))}\n`).join('');
  const texts: [string, string][] = [
    ['incident.txt', redactor.text(renderIncident(redacted(incident, redactor), names, { columns: 100, color: false }))],
    ['ledger.jsonl', ledger],
    ['recorder.csv', recorderTable(windowOf(incident, samples))],
    ['inventory.json', `${safeJson(redactor.value(inventory), 2)}\n`],
  ];
  for (const { name, path } of files) texts.push([`evidence/${name}`, redactor.text(await readBounded(path))]);
  const entries = texts.map(([name, text], index): TarFile => {
    const path = `${folder}/${name}`;
    const fits = Buffer.byteLength(path) <= 100;
    return { name: fits ? path : `${folder}/evidence/file-${index}`, bytes: Buffer.from(text), at };
  });
  return gzipSync(tar(entries));
}

/** A new file for its owner alone: what stands there already is never written over. */
export async function writeNew(path: string, bytes: Buffer): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const why = messageOf(error);
    throw new AgentError('OUTPUT_EXISTS', `${path} cannot be written: ${why}`, { cause: error });
  }
}

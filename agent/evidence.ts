import { join } from 'node:path';
import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import { messageOf } from '../lib/model/error-words.ts';
import { formatBytes } from '../lib/model/quantity.ts';
import { type Duration, MiB, ms, seconds } from '../lib/model/units.ts';
import type { Collector } from './evidence/collector.ts';
import { collectors as all } from './evidence/collectors.ts';

export interface EvidenceParts {
  readonly host: HostView;
  readonly control: HostControl;
  /** `/var/lib/nodemend`. */
  readonly stateDirectory: string;
  /** Its directory below `evidence`: incident and action. */
  readonly action: string;
  readonly units: readonly string[];
  readonly collectors?: readonly Collector[];
}

export interface EvidenceTaken {
  /** Where it is; absent: nothing was written. */
  readonly directory?: string;
  readonly files: readonly string[];
  /** Why there is none, or not all of it: sentence fragments. */
  readonly missing: readonly string[];
}

/** A hung node is not left hanging for its own evidence. */
const WITHIN = seconds(2.5);
const LOOK_WITHIN = ms(500);
const LEAST_FREE = 50 * MiB;
const LEAST_SHARE = 0.05;

/** A disk that is nearly full is often the fault itself. */
async function whyNoRoom(host: HostView, stateDirectory: string): Promise<string | undefined> {
  const usage = await host.fileSystemUsage(stateDirectory, { deadline: LOOK_WITHIN });
  if (usage.kind !== 'usage') return `the room left at ${stateDirectory} is not known`;
  const { bytes, bytesAvailable } = usage;
  if (bytesAvailable >= Math.max(LEAST_FREE, LEAST_SHARE * bytes)) return undefined;
  return `${stateDirectory} has ${formatBytes(bytesAvailable)} of ${formatBytes(bytes)} left`;
}

/** The end of a text, in bytes, without half a character at its beginning. */
export function tail(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  return `[cut]\n${bytes
    .subarray(bytes.length - most + 8)
    .toString('utf8')
    .replace(/^�+/, '')}`;
}

type Piece = { readonly name: string } & ({ readonly text: string } | { readonly missing: string });

async function take(collector: Collector, parts: EvidenceParts, late: Promise<'late'>): Promise<Piece | undefined> {
  const { name, most } = collector;
  try {
    const text = await Promise.race([collector.collect({ ...parts, deadline: WITHIN - seconds(0.5) }), late]);
    if (text === undefined) return undefined;
    return text === 'late' ? { name, missing: `${name} was not there in time` } : { name, text: tail(text, most) };
  } catch (error) {
    return { name, missing: `${name}: ${messageOf(error)}` };
  }
}

/**
 * What will be gone after the repair: at most 3 s and 2 MiB, all at once, for root's eyes alone. Never rejects: the repair
 * matters more.
 */
export async function takeEvidence(parts: EvidenceParts): Promise<EvidenceTaken> {
  const { host, control, stateDirectory, action } = parts;
  const noRoom = await whyNoRoom(host, stateDirectory);
  if (noRoom !== undefined) return { files: [], missing: [noRoom] };
  const ended = new AbortController();
  const late = host.clock.sleep(WITHIN, ended.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  );
  const directory = join(stateDirectory, 'evidence', action);

  async function keep(collector: Collector): Promise<{ file?: string; missing?: string }> {
    const piece = await take(collector, parts, late);
    if (piece === undefined || 'missing' in piece) return piece === undefined ? {} : { missing: piece.missing };
    const path = join(directory, piece.name);
    const answer = await Promise.race([control.control({ kind: 'write-file', path, text: piece.text, mode: 0o600 }), late]);
    if (answer === 'late' || answer.kind !== 'done') return { missing: `${piece.name} could not be written` };
    return { file: path };
  }

  const kept = await Promise.all((parts.collectors ?? all).map(keep));
  ended.abort();
  const files = kept.flatMap(({ file }) => file ?? []);
  return { files, missing: kept.flatMap(({ missing }) => missing ?? []), ...(files.length === 0 ? {} : { directory }) };
}

/** Room an action's evidence may take, all collectors together. */
export const MOST_EVIDENCE = all.reduce((sum, { most }) => sum + most, 0);

/** Time an action's evidence may take, the look for room included. */
export const EVIDENCE_WITHIN: Duration = WITHIN + LOOK_WITHIN;

import { join } from 'node:path';
import type { LedgerEntry, Moment } from '../model/incident.ts';
import { type Bytes, MiB } from '../model/units.ts';
import type { Disk } from './disk.ts';
import { type Decoded, decodeSegment } from './format.ts';

/** Where the ledger stands besides its entries. */
export interface Position {
  readonly seq: number;
  readonly incidents: number;
  readonly last?: Moment;
}

/** What was found on disk. `corrupt` lines were skipped; a `torn` tail is what an interrupted write leaves. */
export interface Replay extends Position {
  readonly entries: readonly LedgerEntry[];
  readonly corrupt: number;
  readonly torn: boolean;
}

const NAME = /^(\d{6,})\.log$/;
/** A segment is never larger by design; what is, is read no further. */
const MOST_SEGMENT_BYTES = 16 * MiB;

export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.log`;

/** Numbers of the segments in a directory, the oldest first; other files are none of ours. */
export async function segmentNumbers(disk: Disk, directory: string): Promise<readonly number[]> {
  const names = await disk.list(directory);
  return names
    .map((name) => Number(NAME.exec(name)?.[1]))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
}

export async function readSegment(disk: Disk, directory: string, number: number): Promise<Decoded & { readonly size: Bytes }> {
  const bytes = await disk.read(join(directory, segmentName(number)), MOST_SEGMENT_BYTES);
  return { ...decodeSegment(bytes), size: bytes.length };
}

const suffixOf = (incident: string) => Number(/-(\d+)$/.exec(incident)?.[1] ?? 0);

/** The last moment of the last boot. */
function lastOf(moments: readonly Moment[]): { readonly last?: Moment } {
  const boot = moments.at(-1)?.boot;
  if (boot === undefined) return {};
  return { last: { boot, up: Math.max(...moments.filter((moment) => moment.boot === boot).map(({ up }) => up)) } };
}

/** The last position that any of the segments tells of. */
function positionOf(segments: readonly Decoded[]): Position {
  const entries = segments.flatMap((segment) => segment.entries);
  const heads = segments.flatMap(({ head }) => head ?? []);
  const moments = segments.flatMap((segment) => [segment.head?.last ?? [], ...segment.entries]).flat();
  return {
    ...lastOf(moments),
    seq: Math.max(0, ...heads.map(({ seq }) => seq), ...entries.map(({ seq }) => seq)),
    incidents: Math.max(
      0,
      ...heads.map(({ incidents }) => incidents),
      ...entries.map((entry) => (entry.kind === 'opened' ? suffixOf(entry.incident) : 0)),
    ),
  };
}

/** From the newest segment back to the first one whose head carries all that matters of the older ones. */
export async function replaySegments(disk: Disk, directory: string, numbers: readonly number[]) {
  const read: (Decoded & { readonly size: Bytes })[] = [];
  for (const number of numbers.toReversed()) {
    const segment = await readSegment(disk, directory, number);
    read.unshift(segment);
    if (segment.complete) break;
  }
  const replay: Replay = {
    ...positionOf(read),
    entries: read.flatMap(({ entries }) => entries),
    corrupt: read.reduce((sum, { corrupt }) => sum + corrupt, 0),
    torn: read.some(({ torn }) => torn),
  };
  return { replay, last: read.at(-1) };
}

/** What a directory holds, without touching it. Rejects when it cannot be read. */
export async function readReplay(disk: Disk, directory: string): Promise<Replay> {
  return (await replaySegments(disk, directory, await segmentNumbers(disk, directory))).replay;
}

import { crc32 } from 'node:zlib';
import type { LedgerEntry, LedgerEvent, Moment } from '../model/incident.ts';
import { parseObject } from '../model/json.ts';
import { KiB } from '../model/units.ts';

/** Longer lines are not written, and not read. */
export const MOST_LINE_BYTES = 32 * KiB;
const NEWLINE = 10;
/** What the reserve is made of. Never part of a line: those begin with a checksum. */
export const FILLER = 0x23;

/** First line of a segment: what came before, and how many of the entries that matter follow. */
export interface Head {
  readonly kind: 'head';
  readonly format: 1;
  /** Sequence number of the last entry before this segment. */
  readonly seq: number;
  /** Number of the last incident that was opened. */
  readonly incidents: number;
  /** Moment of the last entry: the next one is later, even if this one was not carried over. */
  readonly last?: Moment;
  /** Entries carried over, right behind this line. */
  readonly carried: number;
}

export interface Decoded {
  readonly entries: readonly LedgerEntry[];
  readonly head?: Head;
  /** The head is there with all that it carries: older segments are not needed to go on. */
  readonly complete: boolean;
  /** Lines that are none of ours, or damaged. */
  readonly corrupt: number;
  /** The last line has no end: a writer was interrupted. Not counted as corrupt. */
  readonly torn: boolean;
  /** Where the last line ends. */
  readonly end: number;
  /** Behind it lies room that was set aside for a full disk. */
  readonly filled: boolean;
}

function within(value: unknown, longest: number, depth: number): unknown {
  if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth === 0) return undefined;
  if (Array.isArray(value)) return value.slice(0, 32).map((item) => within(item, longest, depth - 1) ?? null);
  const members = Object.entries(value).slice(0, 32);
  return Object.fromEntries(members.map(([name, member]) => [name.slice(0, 64), within(member, longest, depth - 1)]));
}

function encodeRecord(record: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  return Buffer.concat([Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} `), json, Buffer.of(NEWLINE)]);
}

export const encodeHead = (head: Head): Buffer => encodeRecord(head);

/** Without what only a person reads: it is in the segment where it was first written. */
export function lean(entry: LedgerEntry): LedgerEntry {
  return entry.kind === 'opened' ? { ...entry, evidence: [] } : entry;
}

/** One line, whatever the host put into it: texts are cut, then evidence and plan are left out, so that the fact itself is kept. */
export function encodeEntry(entry: LedgerEntry): Buffer {
  const unplanned = (one: LedgerEntry) => (one.kind === 'intent' ? { ...one, plan: [] } : lean(one));
  const versions = [entry, lean(entry), unplanned(entry)].map((one) => within(one, 2000, 6));
  for (const version of [...versions, within(unplanned(entry), 100, 3)]) {
    const line = encodeRecord(version);
    if (line.length <= MOST_LINE_BYTES) return line;
  }
  throw new RangeError(`a ledger entry of kind ${entry.kind} does not fit into ${MOST_LINE_BYTES} bytes`);
}

/** What an entry of each kind must have to be one; a CRC tells damage, this tells another version's. */
const TEXTS: Readonly<Record<LedgerEvent['kind'], readonly string[]>> = {
  opened: ['incident', 'type', 'reason', 'severity', 'message'],
  changed: ['incident', 'state', 'reason', 'severity', 'message'],
  intent: ['action', 'incident', 'type', 'remedy', 'disruption', 'by'],
  outcome: ['action', 'incident', 'remedy', 'outcome', 'message'],
  guards: ['incident', 'remedy'],
  would: ['incident', 'remedy', 'disruption', 'message'],
  exhausted: ['incident'],
  reset: ['of', 'by'],
  closed: ['incident', 'healedBy'],
};
const LISTS: Partial<Record<LedgerEvent['kind'], string>> = {
  opened: 'evidence',
  intent: 'plan',
  guards: 'guards',
  exhausted: 'tried',
};

type Members = Readonly<Record<string, unknown>>;

function isEntry(record: Members): boolean {
  const kind = String(record.kind) as LedgerEvent['kind'];
  if (!Object.hasOwn(TEXTS, kind)) return false;
  const list = LISTS[kind];
  return (
    TEXTS[kind].every((name) => typeof record[name] === 'string') &&
    ['at', 'up', 'seq'].every((name) => Number.isFinite(record[name])) &&
    typeof record.boot === 'string' &&
    (list === undefined || Array.isArray(record[list]))
  );
}

/** The record of one line without its end, or undefined when it is damaged. */
function decodeLine(line: Buffer): Members | undefined {
  if (line.length > MOST_LINE_BYTES || line[8] !== 0x20) return undefined;
  const json = line.subarray(9);
  if (line.toString('latin1', 0, 8) !== crc32(json).toString(16).padStart(8, '0')) return undefined;
  return parseObject(json.toString());
}

function isHead(record: Members): boolean {
  return record.kind === 'head' && ['seq', 'incidents', 'carried'].every((name) => Number.isInteger(record[name]));
}

/** Reads a segment, whatever is in it: every whole line is worth what it says, a damaged one costs itself alone. */
export function decodeSegment(bytes: Buffer): Decoded {
  const entries: LedgerEntry[] = [];
  let head: Head | undefined;
  let corrupt = 0;
  let sound = 0;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    const record = decodeLine(bytes.subarray(start, end));
    if (record === undefined) corrupt += 1;
    else if (start === 0 && isHead(record)) head = record as unknown as Head;
    else if (isEntry(record)) entries.push(record as unknown as LedgerEntry);
    // Carried entries come first: damage among them shows as fewer sound lines than the head promised.
    if (corrupt === 0 && start !== 0 && record !== undefined) sound += 1;
    start = end + 1;
  }
  const complete = head !== undefined && sound >= head.carried;
  const rest = bytes.subarray(start);
  const filled = rest.length > 0 && rest.equals(Buffer.alloc(rest.length, FILLER));
  const torn = rest.length > 0 && !filled;
  return { entries, ...(head === undefined ? {} : { head }), complete, corrupt, torn, end: start, filled };
}

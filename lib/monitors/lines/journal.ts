import { parseObject } from '../../model/json.ts';
import type { Instant } from '../../model/units.ts';
import { decodeUtf8 } from './utf8.ts';

/** What of a journal entry counts; the fields that begin with `_` are the journal's own, nobody else can write them. */
export interface JournalEntry {
  readonly cursor: string;
  readonly time: Instant;
  readonly message: string;
  readonly identifier: string;
  readonly transport: string;
  readonly unit: string;
  readonly uid: string;
  readonly pid: string;
}

/** What journalctl is asked for (`--output-fields`); the cursor and the time come by themselves. */
export const JOURNAL_FIELDS = ['MESSAGE', 'SYSLOG_IDENTIFIER', '_TRANSPORT', '_SYSTEMD_UNIT', '_UID', '_PID'] as const;

const KNOWN = new Set<string>([...JOURNAL_FIELDS, '__CURSOR', '__REALTIME_TIMESTAMP']);

export type JournalFields = ReadonlyMap<string, string>;

export const isKnownField = (name: string): boolean => KNOWN.has(name);

/** Messages are clipped here; the journal allows 64 KiB by default, and any size on request. */
export const MOST_FIELD = 65_536;

export function toEntry(fields: JournalFields): JournalEntry | undefined {
  const microseconds = Number(fields.get('__REALTIME_TIMESTAMP'));
  const message = fields.get('MESSAGE');
  if (message === undefined || !Number.isFinite(microseconds)) return undefined;
  const text = (name: string) => fields.get(name) ?? '';
  return {
    cursor: text('__CURSOR'),
    time: microseconds / 1000,
    message: message.trim(),
    identifier: text('SYSLOG_IDENTIFIER'),
    transport: text('_TRANSPORT'),
    unit: text('_SYSTEMD_UNIT'),
    uid: text('_UID'),
    pid: text('_PID'),
  };
}

/**
 * Whether only the named program can have written it: anybody may log as `kubelet`, but not as root from a service of systemd's,
 * nor as the kernel. Root in a container or a login session is somebody.
 */
export function isTrustedEntry({ transport, unit, uid, identifier, pid }: JournalEntry): boolean {
  if (identifier === 'kernel' || transport === 'kernel') return transport === 'kernel';
  if (identifier === 'systemd') return pid === '1';
  return uid === '0' && /^[^/]+\.service$/.test(unit);
}

type Value = string | readonly unknown[] | null;

function jsonText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, MOST_FIELD);
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  // Bytes that are no text come as numbers; a field that was given several times as a list of its values.
  if (items.every((item) => typeof item === 'number'))
    return decodeUtf8(Uint8Array.from(items.slice(0, MOST_FIELD) as readonly number[]));
  return jsonText(items[0]);
}

/** An entry of `journalctl -o json`; undefined: it is none, or has no message. */
export function parseJournalJson(line: string): JournalEntry | undefined {
  const value = parseObject(line);
  if (value === undefined) return undefined;
  const fields = Object.entries(value as Readonly<Record<string, Value>>).flatMap(([name, given]) => {
    const text = isKnownField(name) ? jsonText(given) : undefined;
    return text === undefined ? [] : [[name, text] as const];
  });
  return toEntry(new Map(fields));
}

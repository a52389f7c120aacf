import { parseObject } from '../../model/json.ts';
import type { Instant } from '../../model/units.ts';

export interface JournalEntry {
  readonly at: Instant;
  /** Of the process that wrote it, as the kernel told journald. */
  readonly pid: number | undefined;
  readonly message: string;
  /** Where it was asked for. */
  readonly identifier?: string;
}

function toMessage(value: unknown): string {
  if (typeof value === 'string') return value;
  // journalctl gives what is not UTF-8 as an array of bytes, a repeated field as an array of texts, and a large one as null.
  if (!Array.isArray(value)) return '';
  return value.every((item) => typeof item === 'number') ? String.fromCharCode(...value.slice(0, 4096)) : String(value[0] ?? '');
}

function parseEntry(line: string): JournalEntry | undefined {
  const fields = parseObject(line);
  if (fields === undefined) return undefined;
  const { MESSAGE, _PID, SYSLOG_IDENTIFIER, __REALTIME_TIMESTAMP } = fields;
  const at = Number(__REALTIME_TIMESTAMP) / 1000;
  if (Number.isNaN(at)) return undefined;
  const pid = typeof _PID === 'string' && /^\d+$/.test(_PID) ? Number(_PID) : undefined;
  const message = toMessage(MESSAGE);
  return typeof SYSLOG_IDENTIFIER === 'string' ? { at, pid, message, identifier: SYSLOG_IDENTIFIER } : { at, pid, message };
}

/** Output of `journalctl -o json`: one object per line, oldest first. What is no entry is left out. */
export function parseJournal(text: string): JournalEntry[] {
  return text.split('\n').flatMap((line) => (line.startsWith('{') ? (parseEntry(line) ?? []) : []));
}

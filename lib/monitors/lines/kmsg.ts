import type { Duration, Instant } from '../../model/units.ts';
import { decodeUtf8, fromLatin1 } from './utf8.ts';

/** One record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg). */
export interface KmsgRecord {
  /** Never repeated and without gaps until the next boot. */
  readonly sequence: number;
  /** 0 emergency … 7 debug. */
  readonly level: number;
  /** 0 is the kernel; what a program writes into the device has another. */
  readonly facility: number;
  /** Of the clock that stands still while the host is suspended (CLOCK_MONOTONIC), since the boot. */
  readonly microseconds: number;
  /** The text alone; `SUBSYSTEM=` and `DEVICE=` are the dictionary. */
  readonly message: string;
  readonly dictionary: Readonly<Record<string, string>>;
  /** Part of a line that was printed in pieces (`c`, and `+` before Linux 4.10); each piece is judged by itself. */
  readonly fragment: boolean;
}

const ESCAPE = /\\x([0-9a-f]{2})/g;

/** The device writes control characters, bytes from 0x7f on and backslashes as \xNN. */
function decodeEscapes(text: string): string {
  if (!text.includes('\\x')) return text;
  const latin1 = text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeUtf8(fromLatin1(latin1));
}

function readDictionary(lines: readonly string[]): Readonly<Record<string, string>> {
  const pairs = lines.map((line) => {
    const [name = '', ...value] = line.slice(1).split('=');
    return [name, decodeEscapes(value.join('='))] as const;
  });
  return Object.fromEntries(pairs);
}

const PREFIX = /^(\d+),(\d+),(\d+)(?:,([^,]*).*)?$/;

/** A record from its lines, read as Latin-1; undefined: it is none. */
function parseKmsgRecord(lines: readonly string[]): KmsgRecord | undefined {
  const [head = '', ...dictionary] = lines;
  const end = head.indexOf(';');
  const [, prefix, sequence, microseconds, flags = ''] = PREFIX.exec(head.slice(0, Math.max(0, end))) ?? [];
  if (prefix === undefined) return undefined;
  const priority = Number(prefix);
  return {
    sequence: Number(sequence),
    level: priority & 7,
    facility: priority >> 3,
    microseconds: Number(microseconds),
    message: decodeEscapes(head.slice(end + 1)).trim(),
    dictionary: readDictionary(dictionary),
    fragment: /[c+]/.test(flags),
  };
}

/** No program can write with facility 0 (LOG_KERN): the kernel gives what it writes another one. */
export const isFromKernel = ({ facility }: KmsgRecord): boolean => facility === 0;

/** When a record was printed. The stamp's clock stands still in suspend: it must be compared with that clock, not with the uptime. */
export function kmsgTime({ microseconds }: KmsgRecord, clocks: { readonly now: Instant; readonly monotonic: Duration }): Instant {
  return clocks.now - (clocks.monotonic - microseconds / 1000);
}

export type KmsgItem =
  | { readonly kind: 'record'; readonly record: KmsgRecord }
  /** Records that were overwritten before they were read. */
  | { readonly kind: 'lost'; readonly count: number };

/** The kernel's longest record has 8 KiB; what is longer is none. */
const LONGEST = 65_536;

/**
 * Puts records together from the bytes of the device. Given the sequence number of the last record that was worked on, it skips what comes
 * again; a gap is a loss and told as one: a reader that is too slow gets EPIPE, and the device goes on at its oldest record.
 */
export class KmsgReader {
  #after: number | undefined;
  #rest = '';

  constructor(after?: number) {
    this.#after = after;
  }

  /** Sequence number of the last record that was given out. */
  get position(): number | undefined {
    return this.#after;
  }

  /** A read gives one whole record, so that what ends in a newline is whole. */
  push(bytes: Uint8Array): readonly KmsgItem[] {
    const lines = (this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')).split('\n');
    const rest = lines.pop() ?? '';
    this.#rest = rest.length > LONGEST ? '' : rest;
    const items: KmsgItem[] = [];
    let record: string[] = [];
    for (const line of lines) {
      if (!line.startsWith(' ')) {
        items.push(...this.#take(record));
        record = [];
      }
      record.push(line);
    }
    return [...items, ...this.#take(record)];
  }

  #take(lines: readonly string[]): readonly KmsgItem[] {
    const record = lines.length === 0 ? undefined : parseKmsgRecord(lines);
    if (record === undefined) return [];
    const { sequence } = record;
    if (this.#after !== undefined && sequence <= this.#after) return [];
    const lost = this.#after === undefined ? 0 : sequence - this.#after - 1;
    this.#after = sequence;
    return [...(lost > 0 ? [{ kind: 'lost' as const, count: lost }] : []), { kind: 'record', record }];
  }
}

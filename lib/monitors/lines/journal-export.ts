import { isKnownField, type JournalEntry, MOST_FIELD, toEntry } from './journal.ts';
import { decodeUtf8 } from './utf8.ts';

const NEWLINE = 0x0a;
const EQUALS = 0x3d;
const LENGTH_BYTES = 8;

/** A field is known by its name; the longest of the journal has 64 characters. */
const MOST_NAME = 256;

interface Taken {
  /** Bytes of the buffer that are done with. */
  readonly bytes: number;
  readonly name?: string;
  readonly value?: Uint8Array;
  /** Bytes still to come that are not wanted. */
  readonly skip?: number;
}

/** `NAME\n`, eight bytes of length, so many bytes, `\n`. undefined: there is more to come. */
function takeBinary(buffer: Buffer, name: string, at: number): Taken | undefined {
  if (buffer.length < at + LENGTH_BYTES) return undefined;
  const size = Number(buffer.readBigUInt64LE(at));
  const start = at + LENGTH_BYTES;
  const wanted = isKnownField(name) ? Math.min(size, MOST_FIELD) : 0;
  if (buffer.length < start + wanted) return undefined;
  const end = start + size + 1;
  const here = Math.min(end, buffer.length);
  return { bytes: here, name, value: buffer.subarray(start, start + wanted), skip: end - here };
}

/** The next field of an entry, or its end (no name). undefined: there is more to come. */
function take(buffer: Buffer): Taken | undefined {
  const end = buffer.indexOf(NEWLINE);
  if (end === 0) return { bytes: 1 };
  if (end === -1) return undefined;
  const equals = buffer.indexOf(EQUALS);
  if (equals === -1 || equals > end) return takeBinary(buffer, buffer.toString('latin1', 0, Math.min(end, MOST_NAME)), end + 1);
  const value = buffer.subarray(equals + 1, Math.min(end, equals + 1 + MOST_FIELD));
  return { bytes: end + 1, name: buffer.toString('latin1', 0, Math.min(equals, MOST_NAME)), value };
}

/** Puts entries together from the bytes of `journalctl -o export` (systemd.io/JOURNAL_EXPORT_FORMATS), in bounded memory. */
export class JournalExportReader {
  #rest: Buffer = Buffer.alloc(0);
  #skip = 0;
  /** A line without end: what is over is dropped until its end. */
  #skipLine = false;
  #fields = new Map<string, string>();

  push(bytes: Uint8Array): readonly JournalEntry[] {
    const entries: JournalEntry[] = [];
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (let taken = this.#next(); taken !== undefined; taken = this.#next()) {
      this.#rest = this.#rest.subarray(taken.bytes);
      this.#skip = taken.skip ?? 0;
      const entry = this.#keep(taken);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  #next(): Taken | undefined {
    const skipped = Math.min(this.#skip, this.#rest.length);
    this.#rest = this.#rest.subarray(skipped);
    this.#skip -= skipped;
    if (this.#skip > 0) return undefined;
    if (this.#skipLine) this.#dropLine();
    const taken = this.#skipLine ? undefined : take(this.#rest);
    if (taken === undefined && this.#rest.length > 2 * MOST_FIELD) this.#cutLine();
    return taken;
  }

  #keep({ name, value }: Taken): JournalEntry | undefined {
    if (name !== undefined) {
      // Of a field that was given several times the first counts: a later one may have been added by whoever logs.
      if (isKnownField(name) && !this.#fields.has(name)) this.#fields.set(name, decodeUtf8(value ?? new Uint8Array()));
      return undefined;
    }
    const entry = toEntry(this.#fields);
    this.#fields = new Map();
    return entry;
  }

  /** A text field that is larger than is kept: what there is of it, and no more. */
  #cutLine(): void {
    const cut = take(Buffer.concat([this.#rest.subarray(0, MOST_FIELD + MOST_NAME), Buffer.of(NEWLINE)]));
    if (cut !== undefined) this.#keep(cut);
    this.#rest = Buffer.alloc(0);
    this.#skipLine = true;
  }

  #dropLine(): void {
    const end = this.#rest.indexOf(NEWLINE);
    this.#rest = end === -1 ? Buffer.alloc(0) : this.#rest.subarray(end + 1);
    this.#skipLine = end === -1;
  }
}

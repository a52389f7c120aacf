import { isKnownField, type JournalEntry, MOST_FIELD, toEntry } from './journal.ts';
import { ASCII, asBuffer, decodeUtf8 } from './utf8.ts';

const NEWLINE = 0x0a;
const LENGTH_BYTES = 8;

/** A field is known by its name; the longest of the journal has 64 characters. */
const MOST_NAME = 256;

/** What is read at once: the bytes, and the same as text, in which lines are found faster. */
interface Chunk {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Puts entries together from the bytes of `journalctl -o export` (systemd.io/JOURNAL_EXPORT_FORMATS), in bounded memory. */
export class JournalExportReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes still to come that are not wanted. */
  #skip = 0;
  /** A line without end: what is over is dropped until its end. */
  #skipLine = false;
  #fields = new Map<string, string>();
  #entries: JournalEntry[] = [];

  push(given: Uint8Array): readonly JournalEntry[] {
    const bytes = this.#rest.length === 0 ? asBuffer(given) : Buffer.concat([this.#rest, given]);
    const chunk = { bytes, text: bytes.toString('latin1') };
    let at = this.#dropped(chunk);
    for (let next: number | undefined = at; next !== undefined && next < bytes.length; ) {
      next = this.#take(chunk, at);
      at = next ?? at;
    }
    // A copy: what is left is short, and would hold all that was read with it.
    this.#rest = Buffer.from(bytes.subarray(at));
    if (this.#rest.length > 2 * MOST_FIELD) this.#cutLine();
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  /** Where that begins which is wanted. */
  #dropped({ bytes, text }: Chunk): number {
    const at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    if (!this.#skipLine || this.#skip > 0) return at;
    const end = text.indexOf('\n', at);
    this.#skipLine = end === -1;
    return end === -1 ? bytes.length : end + 1;
  }

  /** Takes a field, or the end of an entry, and gives where the next one begins. undefined: there is more to come. */
  #take({ bytes, text }: Chunk, at: number): number | undefined {
    const end = text.indexOf('\n', at);
    if (end === -1) return undefined;
    if (end === at) {
      this.#end();
      return end + 1;
    }
    const equals = text.indexOf('=', at);
    if (equals === -1 || equals > end) return this.#takeBinary(bytes, text.slice(at, Math.min(end, at + MOST_NAME)), end + 1);
    this.#keep(text.slice(at, Math.min(equals, at + MOST_NAME)), bytes, equals + 1, end);
    return end + 1;
  }

  /** `NAME\n`, eight bytes of length, so many bytes, `\n`. */
  #takeBinary(bytes: Buffer, name: string, at: number): number | undefined {
    if (bytes.length < at + LENGTH_BYTES) return undefined;
    const size = Number(bytes.readBigUInt64LE(at));
    const start = at + LENGTH_BYTES;
    const wanted = isKnownField(name) ? Math.min(size, MOST_FIELD) : 0;
    if (bytes.length < start + wanted) return undefined;
    this.#keep(name, bytes, start, start + wanted);
    const end = start + size + 1;
    this.#skip = Math.max(0, end - bytes.length);
    return Math.min(end, bytes.length);
  }

  /** Of a field that was given several times the first counts: a later one may have been added by whoever logs. */
  #keep(name: string, bytes: Buffer, start: number, end: number): void {
    if (!isKnownField(name) || this.#fields.has(name)) return;
    const last = Math.min(end, start + MOST_FIELD);
    const latin1 = bytes.toString('latin1', start, last);
    this.#fields.set(name, ASCII.test(latin1) ? latin1 : decodeUtf8(bytes.subarray(start, last)));
  }

  #end(): void {
    const entry = toEntry(this.#fields);
    if (entry !== undefined) this.#entries.push(entry);
    this.#fields.clear();
  }

  /** A text field that is larger than is kept: what there is of it, and no more. */
  #cutLine(): void {
    const bytes = Buffer.concat([this.#rest.subarray(0, MOST_FIELD + MOST_NAME), Buffer.of(NEWLINE)]);
    this.#take({ bytes, text: bytes.toString('latin1') }, 0);
    this.#rest = Buffer.alloc(0);
    this.#skipLine = true;
  }
}

import { type FilePosition, identityOf, type LogFile } from './log-file.ts';

/** Enough to tell one content from another: two lines of a log with their times. */
const TAIL = 256;
/** Read at once: little of a log that says little, much of one that floods. */
export const CHUNK = { least: 4096, most: 262_144 };
/** Lines are cut here: no line of a log that a rule is for is longer. */
export const LONGEST_LINE = 65_536;
const NEWLINE = 0x0a;

const NOTHING: Uint8Array = new Uint8Array(0);

function withNewline(bytes: Uint8Array): Uint8Array {
  const line = new Uint8Array(bytes.length + 1);
  line.set(bytes);
  line[bytes.length] = NEWLINE;
  return line;
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** What a look at the file found. */
export type Grown =
  /** Whole lines, each with its newline, until the next look at any file; empty: nothing new. */
  | { readonly kind: 'lines'; readonly bytes: Uint8Array; readonly more: boolean }
  /** It has another content than it had: truncated, or the inode is another file's. */
  | { readonly kind: 'replaced' };

const HEAD = 128;

/** How a file begins: a copy of it begins so, too. */
export async function headOf(file: LogFile): Promise<string> {
  return latin1(await file.read(0, HEAD));
}

/** Reads one open file onwards, line by line; knows by content, not by size alone, that it is still the same. */
export class FileTail {
  readonly file: LogFile;
  #offset: number;
  #tail: string;
  #inLongLine: boolean;
  #chunk = CHUNK.least;
  /** The last chunk held no end of a line. */
  #isStuck = false;
  /** How the file begins, as far as it is read. */
  #head = '';
  #cut = 0;

  constructor(file: LogFile, position?: FilePosition) {
    this.file = file;
    this.#offset = position?.offset ?? 0;
    this.#tail = position?.tail ?? '';
    this.#inLongLine = position?.inLongLine ?? false;
  }

  get identity(): string {
    return identityOf(this.file);
  }

  get head(): string {
    return this.#head;
  }

  get position(): FilePosition {
    const { path, device, inode } = this.file;
    return { path, device, inode, offset: this.#offset, tail: this.#tail, inLongLine: this.#inLongLine };
  }

  /** Lines that were too long since it was last asked. */
  takeCut(): number {
    const cut = this.#cut;
    this.#cut = 0;
    return cut;
  }

  /** `most`: bytes that are wanted at once. The old tail and what is new come in one read, so that a truncation between two cannot hide. */
  async grow(most: number = CHUNK.most): Promise<Grown> {
    if (this.#chunk > most && !this.#isStuck) this.#chunk = Math.max(most, CHUNK.least);
    const bytes = await this.file.read(this.#offset - this.#tail.length, this.#tail.length + this.#chunk);
    if (latin1(bytes.subarray(0, this.#tail.length)) !== this.#tail) return { kind: 'replaced' };
    const fresh = bytes.subarray(this.#tail.length);
    const more = fresh.length === this.#chunk;
    // A line that is longer than what is wanted must be read nevertheless.
    this.#isStuck = more && !fresh.includes(NEWLINE);
    if (more) this.#chunk = Math.min(this.#chunk * 4, this.#isStuck ? CHUNK.most : Math.max(most, CHUNK.least));
    else if (fresh.length * 4 < this.#chunk) this.#chunk = Math.max(this.#chunk / 4, CHUNK.least);
    return { kind: 'lines', bytes: this.#take(fresh), more };
  }

  /** A last line without its end: nobody will write it any more. */
  async rest(): Promise<Uint8Array> {
    const bytes = await this.file.read(this.#offset, LONGEST_LINE);
    if (bytes.length === 0 || bytes.includes(NEWLINE) || this.#inLongLine) return NOTHING;
    const line = withNewline(bytes);
    this.#advance(bytes);
    return line;
  }

  /** It begins anew: truncated. */
  restart(): void {
    this.#offset = 0;
    this.#tail = '';
    this.#head = '';
    this.#inLongLine = false;
  }

  #take(fresh: Uint8Array): Uint8Array {
    const bytes = this.#inLongLine ? this.#afterLongLine(fresh) : fresh;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#advance(bytes.subarray(0, end));
      return bytes.subarray(0, end);
    }
    if (bytes.length < LONGEST_LINE) return NOTHING;
    this.#inLongLine = true;
    this.#cut += 1;
    const cut = bytes.subarray(0, LONGEST_LINE);
    this.#advance(cut);
    return withNewline(cut);
  }

  #afterLongLine(fresh: Uint8Array): Uint8Array {
    const end = fresh.indexOf(NEWLINE);
    this.#inLongLine = end === -1;
    const dropped = end === -1 ? fresh.length : end + 1;
    if (dropped > 0) this.#advance(fresh.subarray(0, dropped));
    return fresh.subarray(dropped);
  }

  #advance(bytes: Uint8Array): void {
    if (this.#offset === this.#head.length) this.#head = (this.#head + latin1(bytes.subarray(0, HEAD))).slice(0, HEAD);
    this.#offset += bytes.length;
    const end = latin1(bytes.subarray(-TAIL));
    this.#tail = end.length === TAIL ? end : (this.#tail + end).slice(-TAIL);
  }
}

/** Whether a file has the same bytes before a position as another one had: it is that file, or a copy of it. */
export async function continues(file: LogFile, { offset, tail }: FilePosition): Promise<boolean> {
  return latin1(await file.read(offset - tail.length, tail.length)) === tail;
}

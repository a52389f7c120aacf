import { type FilePosition, identityOf, type LogFile } from './log-file.ts';

/** Enough to tell one content from another: two lines of a log with their times. */
const TAIL = 256;
/** Read at once. */
const CHUNK = 262_144;
/** Lines are cut here: no line of a log that a rule is for is longer. */
const LONGEST_LINE = 65_536;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** What a look at the file found. */
export type Grown =
  /** Whole lines, each with its newline, as Latin-1; empty: nothing new. */
  | { readonly kind: 'lines'; readonly text: string; readonly more: boolean }
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
  /** How the file begins, as far as it is read. */
  #head = '';

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
    const { device, inode } = this.file;
    return { device, inode, offset: this.#offset, tail: this.#tail, inLongLine: this.#inLongLine };
  }

  /** The old tail and what is new come in one read, so that a truncation between two cannot hide. */
  async grow(): Promise<Grown> {
    const bytes = await this.file.read(this.#offset - this.#tail.length, this.#tail.length + CHUNK);
    const text = latin1(bytes);
    if (!text.startsWith(this.#tail)) return { kind: 'replaced' };
    const fresh = text.slice(this.#tail.length);
    return { kind: 'lines', text: this.#take(fresh), more: fresh.length === CHUNK };
  }

  /** A last line without its end: nobody will write it any more. */
  async rest(): Promise<string> {
    const text = latin1(await this.file.read(this.#offset, LONGEST_LINE));
    if (text === '' || text.includes('\n') || this.#inLongLine) return '';
    this.#advance(text);
    return `${text}\n`;
  }

  /** It begins anew: truncated. */
  restart(): void {
    this.#offset = 0;
    this.#tail = '';
    this.#head = '';
    this.#inLongLine = false;
  }

  #take(fresh: string): string {
    let text = fresh;
    if (this.#inLongLine) text = this.#afterLongLine(text);
    const end = text.lastIndexOf('\n') + 1;
    const lines = text.slice(0, end);
    if (end > 0) this.#advance(lines);
    if (text.length - end < LONGEST_LINE) return lines;
    this.#inLongLine = true;
    const cut = text.slice(end, end + LONGEST_LINE);
    this.#advance(cut);
    return `${lines}${cut}\n`;
  }

  #afterLongLine(text: string): string {
    const end = text.indexOf('\n');
    this.#inLongLine = end === -1;
    const dropped = end === -1 ? text.length : end + 1;
    if (dropped > 0) this.#advance(text.slice(0, dropped));
    return text.slice(dropped);
  }

  #advance(text: string): void {
    if (this.#offset < HEAD) this.#head = (this.#head + text).slice(0, HEAD);
    this.#offset += text.length;
    this.#tail = (this.#tail + text.slice(-TAIL)).slice(-TAIL);
  }
}

/** Whether a file has the same bytes before a position as another one had: it is that file, or a copy of it. */
export async function continues(file: LogFile, { offset, tail }: FilePosition): Promise<boolean> {
  return latin1(await file.read(offset - tail.length, tail.length)) === tail;
}

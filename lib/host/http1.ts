import { type Bytes, KiB } from '../model/units.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import {
  endOfHead,
  type Framing,
  framingOf,
  type Head,
  Http1Error,
  type Http1Fault,
  parseHead,
  staysOpen,
} from './http1-head.ts';

export interface Http1Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer than `maxBytes`. */
  readonly truncated: boolean;
  /** The connection can carry another request. */
  readonly reusable: boolean;
}

export type Http1Progress = 'more' | Http1Answer | { readonly fault: Http1Fault };

/** node's bound, too; a line between chunks and each of the trailers has to fit as well. */
const LONGEST_HEAD: Bytes = 16 * KiB;
const NOTHING: Buffer = Buffer.alloc(0);

/** One answer to one GET, read as its bytes come. Bounded: no server makes it keep more than a head and `maxBytes`. */
export class Http1Reader {
  #step: 'head' | 'body' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' = 'head';
  /** Came, and is not understood yet. */
  #rest: Buffer = NOTHING;
  /** No head ends before this place of it. */
  #searched = 0;
  #head: Head = { status: 0, minor: 0, headers: {} };
  #framing: Framing = { by: 'end' };
  /** Of the body or the chunk. */
  #left = 0;
  readonly #body: BoundedBytes;
  /** Heads and trailers, which a server could send for ever. */
  #overhead = 0;

  constructor(maxBytes: Bytes) {
    this.#body = new BoundedBytes(maxBytes);
  }

  /** `bytes` may be used again by the caller afterwards. */
  push(bytes: Buffer): Http1Progress {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    try {
      for (;;) {
        const progress = this.#advance();
        if (progress !== undefined) return progress;
      }
    } catch (error) {
      if (error instanceof Http1Error) return { fault: error.fault };
      throw error;
    }
  }

  /** The server has nothing more to say. */
  end(): Http1Progress {
    return this.#step === 'body' && this.#framing.by === 'end' ? this.#answer(false) : { fault: 'ECONNRESET' };
  }

  /** One step; undefined: and on with the next one. */
  #advance(): Http1Progress | undefined {
    if (this.#step === 'head') return this.#readHead();
    if (this.#step === 'body' || this.#step === 'chunk-data') return this.#readBody();
    const line = this.#line();
    if (line === undefined) return 'more';
    if (this.#step === 'chunk-size') return this.#readChunkSize(line);
    if (this.#step === 'trailers') return line === '' ? this.#answer(true) : this.#count(line.length);
    if (line !== '') throw new Http1Error('HPE_INVALID_CHUNK_SIZE');
    this.#step = 'chunk-size';
    return undefined;
  }

  #readHead(): Http1Progress | undefined {
    const end = endOfHead(this.#rest, this.#searched);
    this.#searched = end < 0 ? Math.max(0, this.#rest.length - 3) : 0;
    this.#count(end < 0 ? this.#rest.length : end);
    // What is no HTTP is known by its first word, and need not be waited for.
    if (!'HTTP/1.'.startsWith(this.#rest.toString('latin1', 0, 7))) throw new Http1Error('HPE_INVALID_CONSTANT');
    if (end < 0) {
      this.#overhead -= this.#rest.length;
      return 'more';
    }
    this.#head = parseHead(this.#rest.toString('latin1', 0, end).replace(/\r?\n\r?\n$/, ''));
    this.#rest = this.#rest.subarray(end);
    // 100 Continue and its kind: the answer follows.
    if (this.#head.status < 200) return undefined;
    this.#framing = framingOf(this.#head);
    this.#step = this.#framing.by === 'chunks' ? 'chunk-size' : 'body';
    this.#left = this.#framing.by === 'length' ? this.#framing.length : Number.POSITIVE_INFINITY;
    return undefined;
  }

  #count(bytes: Bytes): undefined {
    this.#overhead += bytes;
    if (this.#overhead > LONGEST_HEAD) throw new Http1Error('HPE_HEADER_OVERFLOW');
    return undefined;
  }

  #readBody(): Http1Progress | undefined {
    const part = this.#rest.subarray(0, Math.min(this.#left, this.#rest.length));
    this.#rest = this.#rest.subarray(part.length);
    this.#left -= part.length;
    this.#body.append(part);
    if (this.#body.truncated) return this.#answer(false);
    if (this.#left > 0) return 'more';
    if (this.#step === 'body') return this.#answer(true);
    this.#step = 'chunk-end';
    return undefined;
  }

  #readChunkSize(line: string): undefined {
    // Extensions follow a semicolon. Eight digits are 4 GB.
    const size = /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new Http1Error('HPE_INVALID_CHUNK_SIZE');
    this.#left = Number.parseInt(size, 16);
    this.#step = this.#left === 0 ? 'trailers' : 'chunk-data';
    return undefined;
  }

  /** The next whole line without its end. */
  #line(): string | undefined {
    const end = this.#rest.indexOf('\n');
    if ((end < 0 ? this.#rest.length : end) > LONGEST_HEAD) throw new Http1Error('HPE_HEADER_OVERFLOW');
    if (end < 0) return undefined;
    const line = this.#rest.toString('latin1', 0, end).replace(/\r$/, '');
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }

  #answer(complete: boolean): Http1Answer {
    const { status, headers } = this.#head;
    const { truncated } = this.#body;
    // What follows an answer unasked belongs to nothing.
    const reusable = complete && !truncated && this.#rest.length === 0 && staysOpen(this.#head);
    return { status, headers, body: this.#body.taken(), truncated, reusable };
  }
}

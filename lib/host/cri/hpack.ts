import { remembered } from '../../model/remembered.ts';
import { decodeHuffman } from './huffman.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * HPACK (RFC 7541) as far as a client needs it that allows its server no table: names and values come as they are, or by the number of
 * what everybody knows.
 */
export type Headers = ReadonlyMap<string, string>;

/** Of the 61 that everybody knows we read one. */
const STATUS: Readonly<Record<number, string>> = {
  8: '200',
  9: '204',
  10: '206',
  11: '304',
  12: '400',
  13: '404',
  14: '500',
};
const KNOWN = 61;

class Block {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  octet(): number {
    const octet = this.#bytes[this.#at];
    if (octet === undefined) throw new ProtocolError('HPACK_TRUNCATED');
    this.#at += 1;
    return octet;
  }

  /** Section 5.1; `prefix`: how many bits of the first octet belong to it. */
  integer(first: number, prefix: number): number {
    const mask = 2 ** prefix - 1;
    let value = first & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const octet = this.octet();
      value += (octet & 0x7f) * 2 ** shift;
      if (octet < 0x80) return value;
    }
    throw new ProtocolError('HPACK_INTEGER');
  }

  string(): string {
    const first = this.octet();
    const length = this.integer(first, 7);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new ProtocolError('HPACK_TRUNCATED');
    this.#at += length;
    return first >= 0x80 ? decodeHuffman(bytes) : bytes.toString('latin1');
  }
}

/** The name that everybody knows by this number; empty: one that we do not read. */
function nameOf(index: number): string {
  if (index > KNOWN) throw new ProtocolError('HPACK_INDEX');
  return STATUS[index] === undefined ? '' : ':status';
}

function decode(bytes: Buffer): Headers {
  const block = new Block(bytes);
  const headers = new Map<string, string>();
  while (!block.done) {
    const first = block.octet();
    if (first >= 0x80) {
      const index = block.integer(first, 7);
      const name = index === 0 ? undefined : nameOf(index);
      if (name === undefined) throw new ProtocolError('HPACK_INDEX');
      if (name !== '') headers.set(name, STATUS[index] ?? '');
      continue;
    }
    // The size of the table, which is what we said.
    if (first >= 0x20 && first < 0x40) {
      if (block.integer(first, 5) > 0) throw new ProtocolError('HPACK_TABLE_SIZE');
      continue;
    }
    // To be put into the table or not: there is none.
    const index = block.integer(first, first >= 0x40 ? 6 : 4);
    const name = index === 0 ? block.string() : nameOf(index);
    const value = block.string();
    if (name !== '') headers.set(name, value);
  }
  return headers;
}

/** A runtime that is well says the same words each time: without a table they mean the same, too. */
const decoded = remembered((latin1) => decode(Buffer.from(latin1, 'latin1')), 16);

/** Throws ProtocolError. Of a name that comes twice the last value. */
export const decodeHeaders = (bytes: Buffer): Headers => decoded(bytes.toString('latin1'));

function integer(value: number, prefix: number, flags: number): readonly number[] {
  const mask = 2 ** prefix - 1;
  if (value < mask) return [flags | value];
  const octets = [flags | mask];
  for (let rest = value - mask; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...octets, rest];
    octets.push((rest % 128) | 0x80);
  }
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from(integer(bytes.length, 7, 0)), bytes]);
}

const METHOD_POST = 0x83;
const SCHEME_HTTP = 0x86;
const NAMED = { ':authority': 1, ':path': 4, 'content-type': 31, 'user-agent': 58 } as const;

/** A header that goes into nobody's table; Huffman would save a dozen bytes on a local socket. */
function literal(name: string, value: string): Buffer {
  const known = name in NAMED ? NAMED[name as keyof typeof NAMED] : 0;
  return Buffer.concat([Buffer.from(integer(known, 4, 0)), ...(known === 0 ? [string(name)] : []), string(value)]);
}

/** The few calls of an agent have the same headers all day. */
const literalOf = remembered((header) => {
  const end = header.indexOf('\n');
  return literal(header.slice(0, end), header.slice(end + 1));
}, 64);

/** Of a POST over plain HTTP/2. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const literals = Object.entries(headers).map(([name, value]) => literalOf(`${name}\n${value}`));
  return Buffer.concat([Buffer.of(METHOD_POST, SCHEME_HTTP), ...literals]);
}

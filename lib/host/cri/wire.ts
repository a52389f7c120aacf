/** The part of protobuf's wire format that CRI messages use. Messages are described as data, see messages.ts. */
export type Field =
  | { readonly name: string; readonly is: 'string' | 'boolean' | 'integer' | 'map' }
  | { readonly name: string; readonly is: 'strings' }
  | { readonly name: string; readonly is: 'enum'; readonly values: readonly string[] }
  | { readonly name: string; readonly is: 'message' | 'messages'; readonly of: Message };

/** Fields by their number. */
export type Message = Readonly<Record<number, Field>>;
export type Value = Readonly<Record<string, unknown>>;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** The bytes are not the message they claim to be. Never leaves lib/host/cri. */
export class MalformedMessage extends Error {}

class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Signed 64 bits; beyond 2^53 the last digits are lost, which nanosecond timestamps can bear. */
  varint(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new MalformedMessage('truncated number');
      this.at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new MalformedMessage('number longer than 10 bytes');
  }

  /** A view, not a copy: a hostile length costs no memory. */
  slice(): Buffer {
    const length = this.varint();
    if (length < 0 || length > this.bytes.length - this.at) throw new MalformedMessage('length beyond the end');
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === LENGTH) this.slice();
    else if (wireType === FIXED64) this.at += 8;
    else if (wireType === FIXED32) this.at += 4;
    else throw new MalformedMessage(`wire type ${wireType}`);
    if (this.at > this.bytes.length) throw new MalformedMessage('truncated field');
  }
}

/** Proto3 leaves defaults out: `status: false` is an absent field. */
function emptyOf(field: Field): unknown {
  if (field.is === 'string') return '';
  if (field.is === 'boolean') return false;
  if (field.is === 'integer') return 0;
  if (field.is === 'map') return {};
  if (field.is === 'enum') return field.values[0];
  return field.is === 'message' ? undefined : [];
}

const MAP_ENTRY: Message = { 1: { name: 'key', is: 'string' }, 2: { name: 'value', is: 'string' } };

function readField(reader: Reader, field: Field, before: unknown): unknown {
  if (field.is === 'boolean') return reader.varint() !== 0;
  if (field.is === 'integer') return reader.varint();
  if (field.is === 'enum') {
    const number = reader.varint();
    return field.values[number] ?? String(number);
  }
  const bytes = reader.slice();
  if (field.is === 'string') return bytes.toString('utf8');
  if (field.is === 'message') return decode(field.of, bytes);
  if (field.is === 'map') {
    const { key, value } = decode(MAP_ENTRY, bytes);
    // Not an assignment: a label may be called __proto__.
    Object.defineProperty(before, String(key), { value, enumerable: true, configurable: true, writable: true });
    return before;
  }
  const items = before as unknown[];
  if (field.is === 'messages') items.push(decode(field.of, bytes));
  else items.push(bytes.toString('utf8'));
  return before;
}

function expectedWireType(field: Field): number {
  return field.is === 'boolean' || field.is === 'integer' || field.is === 'enum' ? VARINT : LENGTH;
}

/** Throws MalformedMessage; unknown fields are skipped, so newer runtimes are read too. Depth is bounded by the description. */
export function decode(message: Message, bytes: Buffer): Value {
  const value = new Map<string, unknown>();
  for (const field of Object.values(message)) value.set(field.name, emptyOf(field));
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = reader.varint();
    const field = message[Math.floor(tag / 8)];
    if (field === undefined || expectedWireType(field) !== tag % 8) {
      reader.skip(tag % 8);
      continue;
    }
    value.set(field.name, readField(reader, field, value.get(field.name)));
  }
  return Object.fromEntries(value);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

function lengthDelimited(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + LENGTH), varint(bytes.length), bytes]);
}

function encodeField(number: number, field: Field, value: unknown): Buffer {
  if (field.is === 'message') return lengthDelimited(number, encode(field.of, value as Value));
  if (field.is === 'messages') {
    return Buffer.concat((value as Value[]).map((item) => lengthDelimited(number, encode(field.of, item))));
  }
  if (field.is === 'strings') {
    return Buffer.concat((value as string[]).map((item) => lengthDelimited(number, Buffer.from(item))));
  }
  if (field.is === 'map') {
    const entries = Object.entries(value as Readonly<Record<string, string>>);
    return Buffer.concat(entries.map(([key, text]) => lengthDelimited(number, encode(MAP_ENTRY, { key, value: text }))));
  }
  if (field.is === 'string') return lengthDelimited(number, Buffer.from(String(value)));
  const scalar = field.is === 'enum' ? field.values.indexOf(String(value)) : Number(value);
  return Buffer.concat([varint(number * 8 + VARINT), varint(scalar)]);
}

export function encode(message: Message, value: Value): Buffer {
  const parts: Buffer[] = [];
  for (const [number, field] of Object.entries(message)) {
    const given = value[field.name];
    if (given !== undefined) parts.push(encodeField(Number(number), field, given));
  }
  return Buffer.concat(parts);
}

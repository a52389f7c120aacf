import { describe, expect, it } from 'vitest';
import { decode, encode, MalformedMessage, type Message } from '../../../lib/host/cri/wire.ts';

const inner: Message = { 1: { name: 'type', is: 'string' }, 2: { name: 'status', is: 'boolean' } };
const message: Message = {
  1: { name: 'text', is: 'string' },
  2: { name: 'number', is: 'integer' },
  3: { name: 'state', is: 'enum', values: ['CREATED', 'RUNNING'] },
  4: { name: 'labels', is: 'map' },
  5: { name: 'one', is: 'message', of: inner },
  6: { name: 'many', is: 'messages', of: inner },
  7: { name: 'tags', is: 'strings' },
  // Beyond 15 the tag takes two bytes.
  18: { name: 'late', is: 'boolean' },
};

describe('protobuf wire format', () => {
  it('reads back what it wrote', () => {
    const value = {
      text: 'übung',
      number: 1_700_000_000_000_000_000,
      state: 'RUNNING',
      labels: { 'io.kubernetes.pod.name': 'web-1', __proto__x: 'y' },
      one: { type: 'RuntimeReady', status: true },
      many: [
        { type: 'a', status: false },
        { type: 'b', status: true },
      ],
      tags: ['x', ''],
      late: true,
    };

    expect(decode(message, encode(message, value))).toEqual(value);
  });

  it('matches bytes written by another implementation', () => {
    // protoc --encode: text "hi", number 150, one { type "t" status true }
    expect(encode(message, { text: 'hi', number: 150, one: { type: 't', status: true } }).toString('hex')).toBe(
      '0a02686910960' + '12a050a01741001',
    );
  });

  it('gives the defaults of proto3 for what is not on the wire', () => {
    expect(decode(message, Buffer.alloc(0))).toEqual({
      text: '',
      number: 0,
      state: 'CREATED',
      labels: {},
      one: undefined,
      many: [],
      tags: [],
      late: false,
    });
    expect(decode(inner, encode(inner, { type: 'NetworkReady' }))).toEqual({ type: 'NetworkReady', status: false });
  });

  it('reads negative numbers, which take ten bytes', () => {
    expect(decode(message, encode(message, { number: -1 }))).toMatchObject({ number: -1 });
  });

  it('names an enum value it does not know by its number', () => {
    expect(decode(message, Buffer.from([0x18, 9]))).toMatchObject({ state: '9' });
  });

  it('keeps a label called __proto__ a label', () => {
    const entry = Buffer.concat([Buffer.from([0x0a, 9]), Buffer.from('__proto__'), Buffer.from([0x12, 1, 0x78])]);
    const { labels } = decode(message, Buffer.concat([Buffer.from([0x22, entry.length]), entry]));

    expect(Object.keys(labels as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
  });

  it.each([
    ['a varint field', [0x78, 0x96, 0x01]],
    ['a 64-bit field', [0x79, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['a length-delimited field', [0x7a, 2, 9, 9]],
    ['a 32-bit field', [0x7d, 1, 2, 3, 4]],
    ['a known number with another wire type', [0x08, 1]],
  ])('skips %s it does not know', (_, bytes) => {
    expect(decode(message, Buffer.from([...bytes, 0x0a, 1, 0x61]))).toMatchObject({ text: 'a' });
  });

  it.each([
    ['a length beyond the end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]],
    ['a negative length', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number without end', [0x10, 0xff]],
    ['a number of eleven bytes', [0x10, ...Array<number>(11).fill(0xff)]],
    ['a 64-bit field cut short', [0x79, 1]],
    ['a group, which proto3 does not have', [0x7b]],
    ['a nested message that is garbage', [0x2a, 2, 0x0a, 9]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decode(message, Buffer.from(bytes))).toThrow(MalformedMessage);
  });
});

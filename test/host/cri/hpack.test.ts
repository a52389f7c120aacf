import { describe, expect, it } from 'vitest';
import { decodeHeaders, encodeHeaders } from '../../../lib/host/cri/hpack.ts';
import { decodeHuffman } from '../../../lib/host/cri/huffman.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('decodeHuffman', () => {
  // RFC 7541, appendix C.
  it.each([
    ['', ''],
    ['f1e3 c2e5 f23a 6ba0 ab90 f4ff', 'www.example.com'],
    ['6402', '302'],
    ['aec3 771a 4b', 'private'],
    ['d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3', 'https://www.example.com'],
    [
      '94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ],
  ])('reads %s', (coded, text) => {
    expect(decodeHuffman(hex(coded))).toBe(text);
  });

  it.each([
    ['zeros at the end', '1c'],
    ['eight ones at the end', '6402ff'],
    ['the code that no byte has', 'ffffffff'],
  ])('refuses %s', (_, coded) => {
    expect(() => decodeHuffman(hex(coded))).toThrow('HPACK_HUFFMAN');
  });
});

describe('decodeHeaders', () => {
  it.each([
    ['a status that everybody knows', '88', { ':status': '200' }],
    ['a size of the table that is none', '20 8d', { ':status': '404' }],
    ['a known name, a plain value', '08 03 343030', { ':status': '400' }],
    ['a new name, never to be kept', '10 0b 677270632d737461747573 01 30', { 'grpc-status': '0' }],
    ['a new name that a table would keep', '40 0b 677270632d737461747573 01 35', { 'grpc-status': '5' }],
    ['a name that we do not read, Huffman coded', '5f 8b 1d75d0620d263d4c4d6564 88', { ':status': '200' }],
    ['nothing', '', {}],
  ])('reads %s', (_, block, headers) => {
    expect(Object.fromEntries(decodeHeaders(hex(block)))).toEqual(headers);
  });

  it.each([
    ['the number 0', '80', 'HPACK_INDEX'],
    ['the number of what a table would hold', 'be', 'HPACK_INDEX'],
    ['the name of what a table would hold', '7e 00', 'HPACK_INDEX'],
    ['a table after all', '3f e1 1f', 'HPACK_TABLE_SIZE'],
    ['half a number', 'ff', 'HPACK_TRUNCATED'],
    ['a number without end', 'ff ff ff ff ff ff ff ff', 'HPACK_INTEGER'],
    ['a string that is longer than everything', '00 7f ff ff 7f', 'HPACK_TRUNCATED'],
    ['a name without a value', '00 01 61', 'HPACK_TRUNCATED'],
  ])('refuses %s', (_, block, code) => {
    expect(() => decodeHeaders(hex(block))).toThrow(code);
  });
});

describe('encodeHeaders', () => {
  it('writes what decodeHeaders reads, of any length', () => {
    const headers = { te: 'trailers', long: 'x'.repeat(127), longer: 'y'.repeat(5000) };

    expect(Object.fromEntries(decodeHeaders(encodeHeaders(headers)))).toEqual(headers);
  });

  it('names what everybody knows by its number', () => {
    const block = encodeHeaders({ ':path': '/a', ':authority': 'b', 'content-type': 'c', 'user-agent': 'd' });

    expect(block.toString('hex')).toBe('8386 04022f61 010162 0f100163 0f2b0164'.replaceAll(' ', ''));
  });
});

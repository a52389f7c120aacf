import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../lib/monitors/lines/utf8.ts';

/** As slow as it is plain: the longest of one to four bytes that the strict decoder takes, or a replacement for one byte. */
function slowly(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  for (const length of [1, 2, 3, 4]) {
    try {
      const character = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
      if (bytes.length >= length) return character + slowly(bytes.subarray(length));
    } catch {
      // No character of this length.
    }
  }
  return `\ufffd${slowly(bytes.subarray(1))}`;
}

describe('the text of bytes', () => {
  it.each([
    ['nothing', [], ''],
    ['ASCII, NUL too', [0x61, 0x00, 0x7f], 'a\0\x7f'],
    ['characters of each length', [...Buffer.from('éह€𐍈')], 'éह€𐍈'],
    ['a byte order mark, as in Go', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['an overlong slash', [0xc0, 0xaf], '\ufffd\ufffd'],
    ['an overlong three', [0xe0, 0x80, 0xaf], '\ufffd\ufffd\ufffd'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
    ['one that is cut short', [0x61, 0xe2, 0x82], 'a\ufffd\ufffd'],
  ])('%s', (_, bytes, text) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBe(text);
  });

  it('is what the strict decoder makes of each valid part', () => {
    const byte = fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0xf0, 0x90, 0xf4, 0x8f, 0xff);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (bytes) => {
        expect(decodeUtf8(Uint8Array.from(bytes))).toBe(slowly(Uint8Array.from(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});

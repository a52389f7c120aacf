import { describe, expect, it } from 'vitest';
import { clip } from '../../lib/reporters/clip.ts';

describe('clip', () => {
  it.each([
    ['short text', 'docker hangs', 20, 'docker hangs'],
    ['exactly as long as allowed', 'abcdef', 6, 'abcdef'],
    ['one byte too long', 'abcdefg', 6, 'abc…'],
    ['characters of several bytes', 'ééééé', 8, 'éé…'],
    ['no half of an emoji', '🐳🐳🐳', 10, '🐳…'],
    ['line breaks and escapes', 'a\nb\x1b[31m', 40, 'a b\\x1b[31m'],
    ['a lone surrogate', 'a\ud800b', 40, 'a\ufffdb'],
    ['nothing', '', 10, ''],
  ])('%s', (_, text, most, expected) => {
    expect(clip(text, most)).toBe(expected);
  });

  it('never gives more bytes than allowed, whatever comes', () => {
    for (const character of ['a', 'é', '…', '🐳', '\x07', '\ud800']) {
      for (const length of [1, 85, 255, 256, 257, 5000]) {
        const clipped = clip(character.repeat(length), 256);
        expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(256);
        expect(clipped.isWellFormed()).toBe(true);
      }
    }
  });
});

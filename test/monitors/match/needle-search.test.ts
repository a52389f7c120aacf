import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NeedleSearch, toBytes } from '../../../lib/monitors/match/needle-search.ts';

const needle = (text: string) => [...text].map((character) => [character.codePointAt(0) ?? 0]);
const search = (...texts: readonly string[]) => new NeedleSearch(texts.flatMap((text) => [toBytes(needle(text)) ?? []]));

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** Every place where one of them is. */
function places(found: NeedleSearch, text: string): readonly number[] {
  const bytes = latin1(text);
  const all: number[] = [];
  for (let at = found.search(bytes, 0); at !== -1; at = found.search(bytes, at + 1)) all.push(at);
  return all;
}

describe('the search for many texts', () => {
  it('finds what a search for each would find', () => {
    const unit = fc.constantFrom('a', 'b', 'c', '\xff');
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 6 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(texts, fc.string({ unit, maxLength: 60 }), (needles, bytes) => {
        const expected = [...bytes].flatMap((_, at) => (needles.some((text) => bytes.startsWith(text, at)) ? [at] : []));
        expect(places(search(...needles), bytes)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('knows alternatives of a character', () => {
    const found = new NeedleSearch([[[0x6f, 0x4f], [0x6b, 0x4b], [0x21]]]);

    expect(places(found, 'ok! OK! oK! o k!')).toEqual([0, 4, 8]);
  });

  it('without a needle finds nothing', () => {
    expect(new NeedleSearch([]).search(latin1('anything'), 0)).toBe(-1);
  });

  it('is not led astray by the end of the text, nor a start behind it', () => {
    expect(search('abc').search(latin1('ab'), 0)).toBe(-1);
    expect(search('abc').search(latin1('abc'), 5)).toBe(-1);
  });
});

describe('the bytes of a needle', () => {
  it.each([
    ['ASCII', 'ab', 2],
    ['more than a byte', 'é', 2],
    ['too short', 'a', undefined],
  ])('%s', (_, text, length) => {
    expect(toBytes(needle(text))?.length).toBe(length);
  });

  it('leave out a character whose alternatives have other lengths', () => {
    expect(toBytes([[0x61], [0x62], [0x6b, 0x4b, 0x212a], [0x63], [0x64], [0x65]])).toEqual([[0x63], [0x64], [0x65]]);
    expect(toBytes([[0x6b, 0x4b, 0x212a]])).toBeUndefined();
  });
});

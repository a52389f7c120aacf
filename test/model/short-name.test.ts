import { describe, expect, it } from 'vitest';
import { fnv1a, shortName } from '../../lib/model/short-name.ts';

describe('fnv1a', () => {
  // http://www.isthe.com/chongo/src/fnv/test_fnv.c
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['b', 0xe70c2de5],
    ['foobar', 0xbf9cf968],
  ])('%j', (text, expected) => {
    expect(fnv1a(text)).toBe(expected);
  });

  it('goes on from where another one ended', () => {
    expect(fnv1a('bar', fnv1a('foo'))).toBe(fnv1a('foobar'));
  });
});

describe('shortName', () => {
  // Leases of the fleet have these names: agents of two versions have to mean the same one.
  it.each([
    ['', '811c9dc51b873593'],
    ['app=a', '1047a806f96d8020'],
    ['app=a,zone=1', '4a5bf632cbb602b4'],
  ])('%j', (text, expected) => {
    expect(shortName(text)).toBe(expected);
  });

  it('has sixteen digits, whatever the text holds', () => {
    const texts = Array.from({ length: 2000 }, (_, at) => `node-${at}\0ü`);

    const names = texts.map(shortName);

    expect(new Set(names).size).toBe(2000);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/);
  });
});

import { describe, expect, it } from 'vitest';
import {
  isObject,
  parseJson,
  parseObject,
  toInstant,
  toNumber,
  toObject,
  toObjects,
  toQuantities,
  toText,
  toTextRecord,
  toTexts,
} from '../../lib/model/json.ts';
import { present } from '../../lib/model/present.ts';

const NO_OBJECTS: readonly unknown[] = [undefined, null, 0, '', 'text', true, [], [{}]];

describe('readers of JSON', () => {
  it.each(NO_OBJECTS)('%j is no object', (value) => {
    expect([isObject(value), toObject(value)]).toEqual([false, {}]);
  });

  it('takes an object for what it is', () => {
    expect([isObject({ a: 1 }), toObject({ a: 1 })]).toEqual([true, { a: 1 }]);
  });

  it.each(['', '{', '{"a":1}}', 'undefined', '\0', '{"a":'.repeat(100_000)])('%j is no JSON', (text) => {
    expect([parseJson(text), parseObject(text)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['null', null],
    ['[{"a":1}]', [{ a: 1 }]],
    ['"text"', 'text'],
    ['12', 12],
  ])('%j is JSON, and no object', (text, value) => {
    expect([parseJson(text), parseObject(text)]).toEqual([value, undefined]);
  });

  it('parses an object', () => {
    expect(parseObject(' {"a":{"b":null}}\n')).toEqual({ a: { b: null } });
  });

  it.each<[unknown, readonly object[], readonly string[]]>([
    [undefined, [], []],
    [{ 0: 'a' }, [], []],
    ['ab', [], []],
    [[{ a: 1 }, null, 'b', ['c']], [{ a: 1 }, {}, {}, {}], ['b']],
  ])('of %j the list is sane', (value, objects, texts) => {
    expect([toObjects(value), toTexts(value)]).toEqual([objects, texts]);
  });

  it.each<[unknown, string, number]>([
    ['12', '12', 0],
    [12, '', 12],
    [Number.NaN, '', 0],
    [Number.POSITIVE_INFINITY, '', 0],
    [null, '', 0],
    [{}, '', 0],
  ])('of %j text and number are sane', (value, text, number) => {
    expect([toText(value), toNumber(value)]).toEqual([text, number]);
  });

  it('reads times with microseconds, and takes nothing else for one', () => {
    expect(toInstant('2026-01-01T00:00:00.123456Z')).toBe(Date.parse('2026-01-01T00:00:00.123Z'));
    expect(['', 'soon', 12, null].map(toInstant)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('leaves out what is no text, and no quantity', () => {
    expect(toTextRecord({ a: 'x', b: 1, c: null, d: {} })).toEqual({ a: 'x' });
    expect(toQuantities({ cpu: '500m', memory: '1Ki', pods: 110, odd: 'x', none: null })).toEqual({
      cpu: 0.5,
      memory: 1024,
      pods: 110,
    });
  });
});

describe('present', () => {
  it('is a key with its value, or nothing', () => {
    expect([present('a', 0), present('a', undefined), present('a', null)]).toEqual([{ a: 0 }, {}, { a: null }]);
  });
});

import { describe, expect, it } from 'vitest';
import { codeOf, messageOf } from '../../lib/model/error-words.ts';

describe('what was thrown', () => {
  it.each<[string, unknown, string, string | undefined]>([
    ['a system error', Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' }), 'ENOENT: no such file', 'ENOENT'],
    ['an error', new RangeError('too far'), 'too far', undefined],
    ['a code that is a number', Object.assign(new Error('x'), { code: 5 }), 'x', '5'],
    ['a text', 'stop', 'stop', undefined],
    ['an object that is no error', { code: 'ENOENT' }, '[object Object]', undefined],
    ['nothing', undefined, 'undefined', undefined],
  ])('%s has words', (_name, thrown, message, code) => {
    expect([messageOf(thrown), codeOf(thrown)]).toEqual([message, code]);
  });
});

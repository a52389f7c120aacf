import { describe, expect, it } from 'vitest';
import { needleSource, needlesOf, prefixOf } from '../../../lib/monitors/regexp/needles.ts';
import { Regexp } from '../../../lib/monitors/regexp/regexp.ts';

const sourcesOf = (pattern: string) => needlesOf(new Regexp(pattern).node)?.map(needleSource);

describe('the texts a pattern needs', () => {
  it.each([
    ['the longest run', 'task \\S+: blocked for', ['\\u{3a} blocked for']],
    ['through groups', 'a(bc)d', ['abcd']],
    [
      'each branch with what stands before it',
      'Start(ed (kubelet|docker)|ing)',
      ['Started kubelet', 'Started docker', 'Starting'],
    ],
    ['what stands before, if a branch may be anything', 'Start(ed|.*) x', ['Start']],
    ['what stands before the first copy', 'a(bc)+', ['abc']],
    ['one per branch', '.(foo|barbar).', ['foo', 'barbar']],
    ['nothing if one branch has none', '.(foo|.*).', undefined],
    ['what repeats at least once', '(ab)+', ['ab']],
    ['nothing optional', '(?:abc)?.', undefined],
    ['without case', '(?i)ok', ['[Oo][Kk\\u{212a}]']],
    ['across assertions', '\\bfoo$', ['foo']],
    ['beyond ASCII', 'é', ['\\u{e9}']],
    ['not over the end of a line', 'ab\\ncde', ['cde']],
    ['nothing of what stands for invalid bytes', '\\x{fffd}', undefined],
    ['nothing in an empty pattern', '', undefined],
  ])('%s', (_, pattern, expected) => {
    expect(sourcesOf(pattern)).toEqual(expected);
  });

  it('knows what every match begins with', () => {
    expect(prefixOf(new Regexp('kernel: \\[.*').node)).toBe('kernel: [');
    expect(prefixOf(new Regexp('(?i)k').node)).toBe('');
    expect(prefixOf(new Regexp('a|b').node)).toBe('');
  });
});

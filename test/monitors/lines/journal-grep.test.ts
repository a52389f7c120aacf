import { describe, expect, it } from 'vitest';
import { isAfter, timeOf } from '../../../lib/monitors/lines/journal-cursor.ts';
import { grepPattern } from '../../../lib/monitors/lines/journal-grep.ts';
import { compileLineRule } from '../../../lib/monitors/match/line-rule.ts';

const needlesOf = (pattern: string) => {
  const rule = compileLineRule(pattern);
  return 'regexp' in rule ? (rule.needles ?? []) : expect.fail(rule.message);
};

describe('what journalctl is asked to look for', () => {
  it.each([
    ['what is plain', 'PLEG is not healthy', 'PLEG is not healthy'],
    ['what is not', 'a.b|c: (x)', undefined],
    ['signs that mean something', 'usage\\? \\(100%\\)', 'usage\\x3f \\x28100\\x25\\x29'],
    ['alternatives of a character', '[Ee]viction met', '[Ee]viction met'],
    ['nothing that is not ASCII', 'für \\w+', undefined],
  ])('%s', (_, pattern, expected) => {
    const found = grepPattern(needlesOf(pattern));

    if (expected !== undefined) expect(found).toBe(expected);
    else if (pattern.startsWith('f')) expect(found).toBeUndefined();
    else expect(new RegExp(found ?? '').test('c: x')).toBe(true);
  });

  it('is everything when there is nothing to look for, or too much', () => {
    expect(grepPattern([])).toBeUndefined();
    expect(
      grepPattern(Array.from({ length: 4000 }, (_, at) => [...`text ${at}`].map((one) => [one.charCodeAt(0)]))),
    ).toBeUndefined();
  });
});

describe('a cursor', () => {
  const at = (sequence: string, number: number, time: number) =>
    `s=${sequence};i=${number.toString(16)};b=1;m=2;t=${time.toString(16)};x=3`;

  it('has a time', () => {
    expect(timeOf(at('a', 1, 1_700_000_000_000_000))).toBe(1_700_000_000_000);
    expect(timeOf('nonsense')).toBeUndefined();
  });

  it.each([
    ['later in one journal, whatever the clock did', at('a', 11, 5), at('a', 10, 9), true],
    ['earlier in one journal', at('a', 9, 9), at('a', 10, 5), false],
    ['the same', at('a', 10, 5), at('a', 10, 5), false],
    ['later, of another journal', at('b', 1, 9000), at('a', 10, 5000), true],
    ['earlier, of another journal', at('b', 99, 4000), at('a', 10, 5000), false],
    ['of a kind that is not known', 'x', 'y', true],
  ])('%s', (_, one, other, expected) => {
    expect(isAfter(one, other)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { compileLineRule, type LineRule } from '../../../lib/monitors/match/line-rule.ts';
import type { LogLine } from '../../../lib/monitors/match/ring.ts';
import { RuleMatcher } from '../../../lib/monitors/match/rule-matcher.ts';

const line = (message: string, time = 0): LogLine => ({ message, time, trusted: true });
const rule = (pattern: string): LineRule => {
  const compiled = compileLineRule(pattern);
  return 'regexp' in compiled ? compiled : expect.fail(compiled.message);
};

function matched(pattern: string, bufferSize: number, lines: readonly string[], counting: 'once' | 'repeated' = 'once') {
  const matcher = new RuleMatcher([rule(pattern)], bufferSize, { counting });
  return lines.map((message) => matcher.push(line(message)).flatMap((match) => match.lines.map((one) => one.message).join('|')));
}

describe('a rule on the lines of a log', () => {
  it('counts a line once that node-problem-detector counts ten times', () => {
    const lines = ['oom-kill:x', ...Array.from({ length: 20 }, () => 'noise')];

    expect(matched('oom-kill|Out of memory', 10, lines, 'repeated').flat()).toHaveLength(10);
    expect(matched('oom-kill|Out of memory', 10, lines).flat()).toEqual(['oom-kill:x']);
  });

  it('still sees the unbound branch anywhere in the line, and each new line of it', () => {
    expect(
      matched('oom-kill|Out of memory', 10, ['an oom-kill here', 'x', 'oom-kill again', 'Out of memory', 'Out of memory: y']),
    ).toEqual([['an oom-kill here'], [], ['oom-kill again'], ['Out of memory'], []]);
  });

  it('joins lines, and counts the match for the line that completes it', () => {
    expect(matched('begin\\n(.*\\n)*end', 4, ['begin', 'a', 'end', 'end', 'b'])).toEqual([
      [],
      [],
      ['begin|a|end'],
      ['begin|a|end|end'],
      [],
    ]);
  });

  it('loses lines that left the ring', () => {
    expect(matched('begin\\n(?:.*\\n)*end', 2, ['begin', 'a', 'end', 'begin', 'end'])).toEqual([[], [], [], [], ['begin|end']]);
  });

  it('goes over lines with a branch that is not bound to the end', () => {
    expect(matched('a\\nb|zz', 3, ['a', 'b', 'c', 'a', 'b x'])).toEqual([[], ['a|b'], [], [], ['a|b x']]);
  });

  it('finds the beginning of the buffer only where it is', () => {
    expect(matched('^foo', 1, ['foo', 'xfoo'])).toEqual([['foo'], []]);
    expect(matched('^foo', 2, ['foo', 'foo'])).toEqual([[], []]);
    expect(matched('(?m)^foo', 2, ['foo', 'xfoo'])).toEqual([['foo'], []]);
  });

  it('goes on after a restart with the lines of before', () => {
    const rules = [rule('begin\\nend')];
    const before = new RuleMatcher(rules, 5);
    before.push(line('begin'));
    const after = new RuleMatcher(rules, 5, { lines: before.lines });

    expect(after.push(line('end'))).toMatchObject([{ rule: 0, lines: [{ message: 'begin' }, { message: 'end' }] }]);
  });

  it('needs no lines but those with a needle when every rule is about one line', () => {
    expect(new RuleMatcher([rule('foo'), rule('ba[rz] x')], 10).needsEveryLine).toBe(false);
    expect(new RuleMatcher([rule('foo'), rule('\\d+')], 10).needsEveryLine).toBe(true);
    expect(new RuleMatcher([rule('foo\\nbar')], 10).needsEveryLine).toBe(true);
    expect(new RuleMatcher([rule('a|b')], 10, { counting: 'repeated' }).needsEveryLine).toBe(true);
  });

  it('tells every rule that matches, in their order', () => {
    const matcher = new RuleMatcher([rule('task \\S+ hung'), rule('nothing'), rule('hung')], 10);

    expect(matcher.push(line('task docker:1 hung')).map((match) => match.rule)).toEqual([0, 2]);
  });

  it('searches bytes for what the rules need', () => {
    const { filter } = new RuleMatcher([rule('blocked für'), rule('(?i)oops')], 10);
    const bytes = Buffer.from('x\nwas blocked für 1\nOOPS');

    expect(filter.search(bytes, 0)).toBe(6);
    expect(filter.search(bytes, 7)).toBe(bytes.length - 4);
    expect(filter.search(bytes, bytes.length)).toBe(-1);
  });
});

import { describe, expect, it } from 'vitest';
import { translateLine } from '../../../lib/monitors/lines/file-line.ts';
import { compileLineRule, type LineRule } from '../../../lib/monitors/match/line-rule.ts';
import { LineRing } from '../../../lib/monitors/match/ring.ts';
import { RuleMatcher } from '../../../lib/monitors/match/rule-matcher.ts';
import { compilePattern, Regexp } from '../../../lib/monitors/regexp/regexp.ts';
import { parseLayout } from '../../../lib/monitors/time/layout.ts';
import { instantOf } from '../../../lib/monitors/time/stamp.ts';
import { oracle } from '../oracle.ts';

const line = (message: string) => ({ message, time: 0, trusted: false });
const messages = (lines: readonly { readonly message: string }[] | undefined) => (lines ?? []).map(({ message }) => message);

describe('matching is node-problem-detector’s', () => {
  it.each(oracle('match'))('$case.name', ({ case: { patterns, lines, buffer }, expected }) => {
    const compiled = patterns.map((pattern) => compileLineRule(pattern));

    expect(compiled.map((rule) => ('regexp' in rule ? '' : rule.message))).toEqual(expected.errors);
    const rules = compiled.filter((rule): rule is LineRule => 'regexp' in rule);
    const refused = new Set(compiled.flatMap((rule, index) => ('regexp' in rule ? [] : [index])));
    const ring = new LineRing(buffer);
    for (const [index, message] of lines.entries()) {
      ring.push(line(message));
      const said = rules.map((rule) => messages(ring.match(rule, 'repeated')));
      expect(said, `line ${index}: ${message}`).toEqual(expected.steps[index]?.filter((_, at) => !refused.has(at)));
    }
  });

  it.each(oracle('match'))('$case.name, with needles', ({ case: { patterns, lines, buffer }, expected }) => {
    const rules = patterns.map((pattern) => compileLineRule(pattern)).map((rule) => ('regexp' in rule ? rule : undefined));
    const known = rules.flatMap((rule, index) => (rule === undefined ? [] : [{ rule, index }]));
    const matcher = new RuleMatcher(
      known.map(({ rule }) => rule),
      buffer,
      { counting: 'repeated' },
    );
    for (const [index, message] of lines.entries()) {
      const found = new Map(matcher.push(line(message)).map((match) => [known[match.rule]?.index, messages(match.lines)]));
      const said = patterns.map((_, at) => found.get(at) ?? []);
      expect(said, `line ${index}: ${message}`).toEqual(expected.steps[index]);
    }
  });
});

const pattern = (source: string) => {
  const regexp = compilePattern(source);
  return regexp instanceof Regexp ? regexp : expect.fail(regexp.message);
};

describe('a line of a file is taken apart as node-problem-detector does', () => {
  it.each(oracle('translate'))('$case.s', ({ case: { tsre, msgre, format, s }, expected }) => {
    const translated = translateLine({ timestamp: pattern(tsre), message: pattern(msgre), layout: parseLayout(format) }, s);

    if (translated.kind === 'unreadable') {
      expect(translated.why).toBe(expected.error);
      return;
    }
    expect(translated.message).toBe(expected.message);
    // The oracle ran in UTC; a stamp without a zone is the host's own.
    const stamp = { offset: 0, ...translated.stamp };
    const whole = Date.parse((expected.time ?? '').replace(/\.\d+/, ''));
    expect(Math.trunc(instantOf({ ...stamp, nanosecond: 0 }, Date.UTC(2026, 11, 31)))).toBe(whole);
    const fraction = /\.(\d+)/.exec(expected.time ?? '')?.[1] ?? '';
    expect(stamp.nanosecond).toBe(Number(fraction.padEnd(9, '0')));
  });
});

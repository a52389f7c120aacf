import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import { compileLineRule, type LineRule } from '../../lib/monitors/match/line-rule.ts';
import { LineRing, type LogLine } from '../../lib/monitors/match/ring.ts';
import { RuleMatcher } from '../../lib/monitors/match/rule-matcher.ts';
import { Regexp } from '../../lib/monitors/regexp/regexp.ts';

/** Cases of node-problem-detector's own tests (pkg/systemlogmonitor/log_buffer*_test.go at 6632ca67), in our words. */

function rule(pattern: string): LineRule {
  const compiled = compileLineRule(pattern);
  return 'regexp' in compiled ? compiled : expect.fail(compiled.message);
}

const line = (message: string): LogLine => ({ message, time: 0, trusted: true });

function ringOf(size: number, lines: readonly string[]): LineRing {
  const ring = new LineRing(size);
  for (const message of lines) ring.push(line(message));
  return ring;
}

describe('the ring of lines', () => {
  it.each([
    [1, ['a', 'b'], ['b']],
    [2, ['a', 'b'], ['a', 'b']],
    [2, ['a', 'b', 'c'], ['b', 'c']],
    [2, ['a', 'b', 'c', 'd'], ['c', 'd']],
  ])('of %d holds of %j the last: %j', (size, lines, kept) => {
    expect(ringOf(size, lines).lines.map(({ message }) => message)).toEqual(kept);
  });

  it('refuses a pattern that is none', () => {
    expect(compileLineRule('foo\\')).toMatchObject({ message: expect.stringContaining('trailing backslash') });
  });

  const [few, full] = [
    ['a1', 'b2'],
    ['a1', 'b2', 'c3', 'd4', 'e5'],
  ];
  it.each<[readonly string[], string, readonly string[]]>([
    [few, 'a1', []],
    [few, 'b1', []],
    [few, 'b2', ['b2']],
    [few, '\\w{2}', ['b2']],
    [few, 'a1\nb2', ['a1', 'b2']],
    [few, 'a1b2', []],
    [full, '(?s)a1.+', []],
    [full, '[a-z]\\d\\n[a-z]\\d', ['d4', 'e5']],
    [full, '[a-z]\\d', ['e5']],
  ])('%j: %s', (lines, pattern, expected) => {
    const found = ringOf(4, lines).match(rule(pattern), 'repeated') ?? [];

    expect(found.map(({ message }) => message)).toEqual(expected);
  });

  it('lets a branch that is not bound to the end match an older line', () => {
    const ring = ringOf(2, ['kernel: oom-kill:constraint=CONSTRAINT_NONE', 'kubelet: node ready']);

    expect(ring.match(rule('oom-kill|Out of memory'), 'repeated')?.length).toBe(2);
  });
});

describe('a rule that can only match within the last line', () => {
  it.each<[string, boolean]>([
    ['EXT4-fs error .*', true],
    ['task \\S+ blocked', true],
    ['alpha$', true],
    ['\\balpha\\b', true],
    ['[^x]+', false],
    ['[^x\\n]+', true],
    ['(alpha|beta)+ gamma', true],
    ['(?s)alpha.*beta', false],
    ['^alpha', false],
    ['\\Aalpha', false],
    ['alpha\nbeta', false],
    ['alpha[\\s\\S]*beta', false],
    ['alpha[\\x00-\\x7f]beta', false],
    ['alpha[\\n]beta', false],
    ['alpha(beta|\\n)', false],
    ['alpha{1,3}[\\t-\\r]beta', false],
    ['(alpha|beta) gamma', true],
  ])('%j: %s', (pattern, expected) => {
    expect(rule(pattern).lastLineOnly).toBe(expected);
  });

  // node-problem-detector gives these up; here a branch that is not bound to the end is known as such, and a line's own begin as well.
  it.each(['alpha|beta', 'abort|abandon', 'a|'])('%j is loose', (pattern) => {
    expect(rule(pattern).loose).toBe(true);
  });

  it('is each rule of the shipped kernel monitor', () => {
    const text = readFileSync(join(import.meta.dirname, '../fixtures/npd/config/kernel-monitor.json'), 'utf8');
    const parsed = parseMonitorFile('m.json', text);
    const rules = parsed.kind === 'valid' && parsed.monitor.kind === 'log' ? parsed.monitor.rules : [];

    expect(rules.length).toBe(14);
    expect(rules.filter((one) => !one.line.lastLineOnly)).toEqual([]);
  });
});

const PATTERNS = [
  'Killed process \\d+ (.+) total-vm:\\d+kB, anon-rss:\\d+kB, file-rss:\\d+kB.*',
  'task [\\S ]+:\\w+ blocked for more than \\w+ seconds\\.',
  'EXT4-fs error .*',
  '.*\\[Hardware Error\\]: event severity: fatal$',
  '(?s)first.*second',
  '^only line',
  '(?m)^line \\w+$',
  'alpha\\nbeta',
  'alpha[\\s\\S]*beta',
  'alpha[\\x00-\\x7f]+beta',
  '\\Aalpha',
  'alpha|beta',
  'abort|abandon',
  'alpha|',
  '\\balpha\\b',
  'alpha$',
  'a*',
  '',
  '(alpha|beta) gamma',
  '[^x]+',
];
const LINES = [
  'alpha gamma',
  'beta gamma',
  'abort now',
  'only line',
  'first',
  'second',
  'line one',
  'line two',
  'alpha',
  'beta',
  'task docker:1234 blocked for more than 120 seconds.',
  'EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2',
  'mce: [Hardware Error]: event severity: fatal',
  'Killed process 1234 (mysqld) total-vm:100kB, anon-rss:20kB, file-rss:3kB',
  '',
  'trailing\nembedded newline',
];

/** Builds the whole buffer and searches all of it, as node-problem-detector's reference does. */
function reference(pattern: Regexp, ring: readonly string[], size: number): readonly string[] {
  const padded = [...Array.from({ length: size - ring.length }, () => ''), ...ring];
  const text = padded.join('\n');
  const [start] = pattern.find(text) ?? [];
  if (start === undefined) return [];
  const covered = text.length - start - 1;
  const matched: string[] = [];
  let total = 0;
  for (const message of ring.toReversed()) {
    matched.unshift(message);
    total += message.length + 1;
    if (total > covered) break;
  }
  return matched;
}

/** Park and Miller's, seeded: the same trials each time. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

it.each([1, 2, 3, 5, 10])('what is skipped changes nothing: a ring of %d lines', (size) => {
  const random = randomFrom(size);
  const rules = PATTERNS.map(rule);
  const references = PATTERNS.map((pattern) => new Regexp(`${pattern}\\z`));
  for (let trial = 0; trial < 40; trial++) {
    const matcher = new RuleMatcher(rules, size, { counting: 'repeated' });
    const ring: string[] = [];
    for (let count = random(size * 2 + 1); count > 0; count--) {
      const message = LINES[random(LINES.length)] ?? '';
      ring.push(message);
      if (ring.length > size) ring.shift();
      const found = new Map(
        matcher.push(line(message)).map(({ rule: index, lines }) => [index, lines.map((one) => one.message)]),
      );
      for (const [index, pattern] of references.entries())
        expect(found.get(index) ?? [], `${PATTERNS[index]} in ${JSON.stringify(ring)}`).toEqual(reference(pattern, ring, size));
    }
  }
});

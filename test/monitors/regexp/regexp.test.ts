import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNullable, type Node } from '../../../lib/monitors/regexp/ast.ts';
import { compilePattern, Regexp } from '../../../lib/monitors/regexp/regexp.ts';

/** The texts of the match and its groups. */
function groupsOf(pattern: string, text: string): readonly (string | undefined)[] | undefined {
  const found = new Regexp(pattern).find(text);
  if (found === undefined) return undefined;
  return found.flatMap((start, at) => {
    if (at % 2 === 1) return [];
    return [start === -1 ? undefined : text.slice(start, found[at + 1])];
  });
}

describe('a pattern in Go’s syntax', () => {
  it.each([
    ['leftmost first, not longest', 'a|ab', 'xab', ['a']],
    ['greedy', 'a+', 'baaa', ['aaa']],
    ['lazy', 'a+?', 'baaa', ['a']],
    ['(?U) turns greed around', '(?U)a+', 'baaa', ['a']],
    ['(?U) turns laziness around', '(?U)a+?', 'baaa', ['aaa']],
    ['groups', '(a)(b)?(c|d)', 'acb', ['ac', 'a', undefined, 'c']],
    ['groups by name', '(?P<first>a)(?<second>b)', 'ab', ['ab', 'a', 'b']],
    ['a group keeps what its last turn saw', '(a|b)+', 'abab', ['abab', 'b']],
    ['an empty loop ends', '(|a)*', 'aa', ['', '']],
    ['an empty loop that must turn once', '(|a)+', 'aa', ['', '']],
    ['(?i) inside a group ends with it', '((?i)a)b', 'AbAB', ['Ab', 'A']],
    ['(?i) knows the Kelvin sign', '(?i)k', '\u212a', ['\u212a']],
    ['(?i) knows the long s', '(?i)[^s]', '\u017fa', ['a']],
    ['(?i) outside ASCII', '(?i)ÉCLAIR', 'éclair', ['éclair']],
    ['(?i) knows a third form', '(?i)σ', 'ς', ['ς']],
    ['the dotless i stands alone', '(?i)ı', 'Iı', ['ı']],
    ['(?i-i:) inside', '(?i)a(?-i:b)', 'ABAb', ['Ab']],
    ['. is not a newline', '.+', 'a\r\u2028b\nc', ['a\r\u2028b']],
    ['(?s). is', '(?s).+', 'a\nb', ['a\nb']],
    ['\\s has no vertical tab', '\\s', '\v\u00a0\f', ['\f']],
    ['\\w is ASCII', '\\w+', 'éa_0é', ['a_0']],
    ['\\b is ASCII', '\\ba', 'éa', ['a']],
    ['\\B', '\\Ba', 'ba', ['a']],
    ['^ without (?m)', '^b', 'a\nb', undefined],
    ['^ with (?m)', '(?m)^b', 'a\nb', ['b']],
    ['$ without (?m) is the end of the text', 'a$', 'a\n', undefined],
    ['$ with (?m)', '(?m)a$', 'a\nb', ['a']],
    ['\\A and \\z', '\\Aa\\z', 'a', ['a']],
    ['a surrogate pair is one character', '^.$', '😀', ['😀']],
    ['\\x{}', '\\x{1F600}', '😀', ['😀']],
    ['octal', '\\101\\0', 'A\0', ['A\0']],
    ['\\Q to the end', '\\Qa.b', 'axb a.b', ['a.b']],
    ['\\Q…\\E', '\\Q*\\E+', '***', ['***']],
    ['braces that are no count', 'a{,2}{x', 'a{,2}{x', ['a{,2}{x']],
    ['a count', 'a{2,3}', 'aaaa', ['aaa']],
    ['a bracket first', '[]a]+', ']a', [']a']],
    ['a negated bracket first', '[^]a]', ']ab', ['b']],
    ['a hyphen last', '[a-]+', '-a-', ['-a-']],
    ['a negated class takes a newline', '[^a]', '\n', ['\n']],
    ['POSIX', '[[:^alpha:][:digit:]]+', 'a1-b', ['1-']],
    ['a category', '\\p{Lu}\\pN', 'aÉ٣', ['É٣']],
    ['not a category', '\\P{Lu}\\p{^Lu}', 'Éab', ['ab']],
    ['a script', '\\p{Greek}+', 'abγδ', ['γδ']],
    ['not a category, and no case: still not', '(?i)\\P{Lu}', 'aA1', ['1']],
  ])('%s', (_, pattern, text, expected) => {
    expect(groupsOf(pattern, text)).toEqual(expected);
    expect(new Regexp(pattern).test(text)).toBe(expected !== undefined);
  });

  it.each([
    ['(?=x)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`', 1],
    ['a(?!b)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?!`', 2],
    ['(?<=a)b', 'error parsing regexp: invalid or unsupported Perl syntax: `(?<`', 1],
    ['(a)\\1', 'error parsing regexp: invalid escape sequence: `\\1`', 4],
    ['é\\C', 'error parsing regexp: invalid escape sequence: `\\C`', 2],
    ['a\\Z', 'error parsing regexp: invalid escape sequence: `\\Z`', 2],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`', 2],
    ['a|*', 'error parsing regexp: missing argument to repetition operator: `*`', 3],
    ['a)', 'error parsing regexp: unexpected ): `a)`', 2],
    ['(a', 'error parsing regexp: missing closing ): `(a`', 1],
    ['a[b', 'error parsing regexp: missing closing ]: `[b`', 2],
    ['[z-a]', 'error parsing regexp: invalid character class range: `z-a`', 2],
    ['[[:nope:]]', 'error parsing regexp: invalid character class range: `[:nope:]`', 2],
    ['\\p{Nope}', 'error parsing regexp: invalid character class range: `\\p{Nope}`', 1],
    ['(?P<a-b>x)', 'error parsing regexp: invalid named capture: `(?P<a-b>`', 1],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`', 2],
    ['a{3,2}', 'error parsing regexp: invalid repeat count: `{3,2}`', 2],
    ['(a{40}){40}', 'error parsing regexp: invalid repeat count: `{40}`', 8],
    ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``', 2],
  ])('refuses %s', (pattern, message, column) => {
    expect(compilePattern(pattern)).toEqual({ message, column });
  });

  it('refuses what would need too much memory, nest too deeply or is no pattern at all', () => {
    expect(compilePattern(`(${'abcdefghijklmnopqrstuvwxyz'.repeat(1)}){1000}`)).toHaveProperty('message');
    expect(compilePattern('('.repeat(1100) + ')'.repeat(1100))).toHaveProperty('message');
    expect(compilePattern('a'.repeat(20_000))).toHaveProperty('message');
  });

  it.each([
    ['nested loops', '(a*)*b', 'a'.repeat(50_000)],
    ['a leading .*', '.*.*.*=.*', 'x'.repeat(50_000)],
    ['overlapping branches', '(a|a|aa)+$', `${'a'.repeat(50_000)}b`],
    ['large counts', '(a?){500}a{500}c', 'a'.repeat(2000)],
    ['more states than are kept', '(?s)x.{40}y', 'xxaxyx'.repeat(3000).replaceAll('y', 'x')],
  ])('ends on %s', (_, pattern, text) => {
    expect(new Regexp(pattern).test(text)).toBe(false);
    expect(new Regexp(pattern).find(text)).toBeUndefined();
  });
});

const leaf = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\n', '\\b', '(?:^|a)', '(?:$|b)', 'é', ' ');
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}')).map(([a, b]) => `(?:${a})${b}`),
  ),
}));

/** JavaScript leaves a loop whose body was empty by rules of its own. */
function loopsOnNothing(node: Node): boolean {
  if (node.kind === 'concat') return node.parts.some(loopsOnNothing);
  if (node.kind === 'alternate') return node.branches.some(loopsOnNothing);
  if (node.kind === 'group') return loopsOnNothing(node.node);
  return node.kind === 'repeat' && (isNullable(node.node) || loopsOnNothing(node.node));
}

describe('both machines', () => {
  it('find what a backtracking engine finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const regexp = new Regexp(source);
        fc.pre(!loopsOnNothing(regexp.node));
        const expected = new RegExp(source, 'u').exec(subject);
        expect(regexp.find(subject)?.slice(0, 2)).toEqual(
          expected === null ? undefined : [expected.index, expected.index + expected[0].length],
        );
        expect(regexp.test(subject)).toBe(expected !== null);
      }),
      { numRuns: 1000 },
    );
  });

  it('agree on any text', () => {
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom('a', 'b', '_', '\n', '\r', '\0', 'é', '\u2028', '\uffff', '😀') }),
        (source, subject) => {
          const regexp = new Regexp(`${source}\\z`);
          expect(regexp.test(subject)).toBe(regexp.find(subject) !== undefined);
        },
      ),
      { numRuns: 500 },
    );
  });
});

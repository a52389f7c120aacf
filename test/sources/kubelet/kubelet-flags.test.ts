import { describe, expect, it } from 'vitest';
import { expandCommand, parseEnvironmentFile, splitWords } from '../../../lib/sources/kubelet/kubelet-command.ts';
import { flagMap, flagText, parseFlags } from '../../../lib/sources/kubelet/kubelet-flags.ts';
import { parseVersion } from '../../../lib/sources/kubelet/kubelet-version.ts';

describe('splitWords', () => {
  it.each([
    ['a b  c', ['a', 'b', 'c']],
    ['"a b" c', ['a b', 'c']],
    ["'a \"b' c", ['a "b', 'c']],
    ['A="--x --y" B=1', ['A=--x --y', 'B=1']],
    ["$'a b' c", ['a b', 'c']],
    ['a\\ b c', ['a b', 'c']],
    ['""', ['']],
    ['"never closed', ['never closed']],
    ['', []],
    ['  \t\n', []],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});

describe('expandCommand', () => {
  const variables = { ARGS: '--a=1 --b="x y"', ONE: '1', EMPTY: '' };

  it.each([
    ['a word of its own is split', ['k', '$ARGS'], ['k', '--a=1', '--b=x y']],
    ['an unknown one vanishes', ['k', '$NONE', '$EMPTY'], ['k']],
    ['within a word it is not split', [`--x=\${ARGS}`], ['--x=--a=1 --b="x y"']],
    ['without braces it is no variable within a word', ['--x=$ONE'], ['--x=$ONE']],
    ['two dollars are one', ['$$HOME'], ['$HOME']],
  ])('%s', (_, words, expanded) => {
    expect(expandCommand(words, variables)).toEqual(expanded);
  });
});

describe('parseEnvironmentFile', () => {
  it('reads assignments, comments and continued lines', () => {
    const text = '# comment\n; comment\n\nA="--x --y"\nB=plain words\nC=\'q\'\nD=one \\\n two\nnothing\nE=a=b\n';

    expect(parseEnvironmentFile(text)).toEqual({ A: '--x --y', B: 'plain words', C: 'q', D: 'one  two', E: 'a=b' });
  });
});

describe('parseFlags', () => {
  it('reads both forms, switches and the last of repeated ones', () => {
    const flags = parseFlags(['--v=2', '--root-dir', '/data', '--fail-swap-on', '--v', '4', '--x=', '-h', '--', '--y=1']);

    expect(flagText(flags, 'v')).toBe('4');
    expect(flagText(flags, 'root-dir')).toBe('/data');
    expect(flagText(flags, 'fail-swap-on')).toBe('true');
    expect(flagText(flags, 'x')).toBe('');
    expect(flags.has('y')).toBe(false);
  });

  it('keeps what comes after the first separator', () => {
    expect(flagMap(parseFlags(['--m=a=b=c,,broken']), 'm', '=')).toEqual({ a: 'b=c', broken: '' });
  });
});

describe('parseVersion', () => {
  it.each([
    ['Kubernetes v1.20.2\n', 'v1.20.2'],
    ['Kubernetes v1.36.0-rc.1\n', 'v1.36.0-rc.1'],
    ['k3s version v1.28.2+k3s1 (6330a5b4)\ngo version go1.20.8\n', 'v1.28.2+k3s1'],
    ['v1.30.1+k0s.0\n', 'v1.30.1+k0s.0'],
    ['Python 3.11.2\n', undefined],
    ['', undefined],
  ])('%j', (text, version) => {
    expect(parseVersion(text)).toBe(version);
  });
});

import { describe, expect, it } from 'vitest';
import { align, wrap } from '../../../agent/output/layout.ts';
import { clip, displayWidth, padRight } from '../../../agent/output/width.ts';

describe('displayWidth', () => {
  it.each([
    ['plain', 5],
    ['节点', 4],
    ['（a）', 5],
    ['…→–’', 4],
    ['e\u0301', 1],
    ['가나', 4],
    ['𠀀', 2],
    ['😀', 2],
    ['', 0],
  ])('%s takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('padRight and clip', () => {
  it('count columns, not characters', () => {
    expect(padRight('节点', 6)).toBe('节点  ');
    expect(padRight('节点', 3)).toBe('节点');
    expect(clip('节点异常', 4)).toBe('节点…');
    expect(clip('节点异常', 5)).toBe('节点…');
    expect(clip('节点异常', 8)).toBe('节点异常');
  });

  it('never cut a character in two', () => {
    expect(clip('𠀀𠀀', 3)).toBe('𠀀…');
  });
});

describe('wrap', () => {
  it.each([
    ['Latin as before', 'one two three', 8, 'one two\nthree'],
    ['Chinese after any character', '节点异常需要处理', 8, '节点异常\n需要处理'],
    ['no mark at the beginning of a line', '节点异常，需要', 8, '节点异\n常，需要'],
    ['no opening mark at the end of a line', '节点异（需要', 8, '节点异\n（需要'],
    ['an id whole, between Chinese', '节点kubelet.service异常', 8, '节点\nkubelet.service\n异常'],
    ['a command too long for a line', 'a very-long-command --with=options', 8, 'a\nvery-long-command\n--with=options'],
  ])('%s', (_name, text, width, lines) => {
    expect(wrap(text, width, '')).toBe(lines);
  });

  it('loses nothing', () => {
    const text = '“运行时”（docker）没有应答：/_ping，见 `docker info`……。）」A…B';

    expect(wrap(text, 10, '').replaceAll('\n', '')).toBe(text.replaceAll(' ', '').replace('见`', '见`'));
  });
});

describe('align', () => {
  it('keeps columns below each other', () => {
    expect(
      align([
        ['节点', 'x'],
        ['node', 'y'],
      ]),
    ).toEqual(['节点  x', 'node  y']);
  });
});

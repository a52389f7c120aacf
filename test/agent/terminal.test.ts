import { describe, expect, it } from 'vitest';
import { harmless, languageOf } from '../../agent/terminal.ts';

describe('languageOf', () => {
  it.each([
    ['nothing', {}, 'en'],
    ['LANG alone', { LANG: 'zh_CN.UTF-8' }, 'zh'],
    ['LC_MESSAGES before LANG', { LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN.utf8' }, 'zh'],
    ['LC_ALL before all', { LC_ALL: 'C', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'zh_CN.UTF-8' }, 'en'],
    ['an empty LC_ALL is none', { LC_ALL: '', LANG: 'zh_CN.UTF-8' }, 'zh'],
    ['no charset', { LANG: 'zh_CN' }, 'zh'],
    ['the language alone', { LANG: 'zh' }, 'zh'],
    ['a modifier', { LANG: 'zh_CN.UTF-8@pinyin' }, 'zh'],
    ['a terminal that cannot show it', { LANG: 'zh_CN.GB18030' }, 'en'],
    ['C.UTF-8', { LANG: 'C.UTF-8' }, 'en'],
    ['zhuang is another language', { LANG: 'zha_CN.UTF-8' }, 'en'],
    ['broken', { LANG: '../../zh' }, 'en'],
  ])('%s', (_name, environment, language) => {
    expect(languageOf(environment)).toBe(language);
  });
});

describe('harmless', () => {
  it.each([
    ['colours of ours', '\x1b[31;1mCRITICAL\x1b[39;22m\n'],
    ['a cleared screen', '\x1b[H\x1b[2J'],
    ['a bar', '\r  12 %\tleft'],
    ['Chinese', '节点：docker 没有应答\n'],
    ['JSON', '{"a":"\\u001b]0;x"}\n'],
  ])('leaves %s', (_name, text) => {
    expect(harmless(text)).toBe(text);
  });

  it.each([
    ['a title', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
    ['the clipboard', '\x1b]52;c;cm0gLXJm\x1b\\', '\\x1b]52;c;cm0gLXJm\\x1b\\'],
    ['8-bit controls', '\x9b2J\x90', '\\x9b2J\\x90'],
    ['a moved cursor', '\x1b[5A\x1b[1;1f', '\\x1b[5A\\x1b[1;1f'],
    ['a keyboard that is told to type', '\x1b[0;59;"rm -rf"p', '\\x1b[0;59;"rm -rf"p'],
    ['letters in another order', '\u202egnp.exe', '\\x202egnp.exe'],
    ['a backspace', 'good\b\b\b\bevil', 'good\\x08\\x08\\x08\\x08evil'],
    ['a cut sequence', 'x\x1b', 'x\\x1b'],
  ])('shows %s as what it is', (_name, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });
});

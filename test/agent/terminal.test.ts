import { describe, expect, it } from 'vitest';
import { languageOf } from '../../agent/terminal.ts';

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

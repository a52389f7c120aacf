import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withCompileCache } from '../../fakes/compile-cache.ts';

const HAN = /\p{Script=Han}/u;

function nodemend(locale: Readonly<Record<string, string>>, ...words: readonly string[]): string {
  const main = join(import.meta.dirname, '../../../agent/main.ts');
  const env = { ...withCompileCache, LC_ALL: '', LC_MESSAGES: '', LANG: '', ...locale };
  return spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env }).stdout;
}
const CHINESE = { LANG: 'zh_CN.UTF-8' };
const ENGLISH = { LANG: 'zh_CN.UTF-8', LC_ALL: 'C.UTF-8' };

describe('the language of a person', () => {
  it.each([
    ['explain', ['explain', 'DockerHung']],
    ['demo', ['demo', 'stuck-container']],
  ])('is followed by %s, and changes no name or command', (_name, words) => {
    const [chinese, english] = [nodemend(CHINESE, ...words), nodemend(ENGLISH, ...words)];
    const commands = (text: string) => text.split('\n').filter((line) => /^\s+\$ /.test(line));
    const names = [...english.matchAll(/\b(?:[A-Z][a-z]+){2,}(?:\/\w+)?\b/g)].map(([name]) => name);

    expect(chinese).toMatch(HAN);
    expect(english).not.toMatch(HAN);
    expect(commands(chinese)).toEqual(commands(english));
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !chinese.includes(name))).toEqual([]);
  });

  it('is nothing to a program: JSON is the same', () => {
    const words = ['explain', 'PLEGUnhealthy', '--json'];

    expect(nodemend(CHINESE, ...words)).toBe(nodemend(ENGLISH, ...words));
    expect(JSON.parse(nodemend(CHINESE, ...words))).toMatchObject({ title: 'the kubelet no longer sees what its containers do' });
  });
});

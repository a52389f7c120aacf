import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../agent/commands/explain.ts';
import type { Language } from '../../../agent/terminal.ts';
import { builtProgram } from '../../fakes/program.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';

const HAN = /\p{Script=Han}/u;

async function explained(language: Language, words: readonly string[], json = false): Promise<string> {
  const { terminal, out } = fakeTerminal({ language });
  await explain.run({ options: { json }, positionals: words, terminal });
  return out();
}

describe('the language of a person', () => {
  it.each([
    [['DockerHung']],
    [['PodStuck']],
    [[]],
  ])('is followed by explain %j, and changes no name or command', async (words) => {
    const [chinese, english] = [await explained('zh', words), await explained('en', words)];
    const commands = (text: string) => text.split('\n').filter((line) => /^\s+\$ /.test(line));
    const names = [...english.matchAll(/\b(?:[A-Z][a-z]+){2,}(?:\/\w+)?\b/g)].map(([name]) => name);

    expect(chinese).toMatch(HAN);
    expect(english).not.toMatch(HAN);
    expect(commands(chinese)).toEqual(commands(english));
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !chinese.includes(name))).toEqual([]);
  });

  it('is nothing to a program: JSON is the same', async () => {
    expect(await explained('zh', ['PLEGUnhealthy'], true)).toBe(await explained('en', ['PLEGUnhealthy'], true));
    expect(JSON.parse(await explained('zh', ['PLEGUnhealthy'], true))).toMatchObject({ type: 'PLEGUnhealthy' });
  });

  it('is taken from the locale', async () => {
    const main = await builtProgram();
    const env = { ...process.env, LC_ALL: '', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'C' };

    expect(spawnSync(process.execPath, [main, 'explain', 'DockerHung'], { encoding: 'utf8', env }).stdout).toMatch(HAN);
  });
});

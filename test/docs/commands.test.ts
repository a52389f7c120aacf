import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../agent/commands/index.ts';
import { checks } from '../../lib/checks/index.ts';
import { problems } from '../../lib/problems/index.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Spans and blocks of code, line by line; a backslash before a bar is the table's. */
function codeOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^(?:```|~~~).*\n([\s\S]*?)^(?:```|~~~)/gm)].map(([, block = '']) => block);
  const indented = text.match(/^ {4}.*$/gm) ?? [];
  const spans = [...text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...blocks.flatMap((block) => block.split('\n')), ...indented, ...spans].map((line) => line.replaceAll('\\|', '|'));
}

/** What is typed after the program's name, up to the end of that command. */
const typed = (line: string): readonly (readonly string[])[] =>
  [...line.replace(/#.*$/, '').matchAll(/(?:^|[\s/;&|(])nodemend +([^;|&#)>]+)/g)].map(([, words = '']) =>
    words
      .trim()
      .replace(/["',:.]+(?=\s|$)/g, '')
      .split(/\s+/),
  );

function whyWrong(words: readonly string[]): string | undefined {
  const [first = '', second = ''] = words;
  // `nodemend is …` is a sentence of a program.
  if (!/^[a-z]/.test(first) || first === 'is' || first === 'runs') return undefined;
  const two = commands.find(({ name }) => name === `${first} ${second}`);
  const group = commands.some(({ name }) => name.startsWith(`${first} `));
  const command = two ?? commands.find(({ name }) => name === first);
  if (command === undefined) return group || first === 'help' ? undefined : `no command ${first}`;
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const options = own.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/^--/, '').split(/[=[\]]/)[0] ?? '');
  const wrong = options.filter((name) => !Object.hasOwn(command.options, name) && name !== 'help');
  return wrong.length === 0 ? undefined : `${command.name} has no --${wrong.join(', --')}`;
}

describe('documents', () => {
  it.each(pages)('%s names commands and options that exist', (page) => {
    // Kernel modules, units and users of that name are no commands.
    const lines = codeOf(readFileSync(join(root, page), 'utf8')).filter(
      (line) => !/systemctl|journalctl|-n(?:amespace)? nodemend|apt|dpkg|rpm/.test(line),
    );
    const wrong = lines.flatMap((line) => typed(line).flatMap((words) => whyWrong(words) ?? []));

    expect(wrong).toEqual([]);
  });

  it.each(pages)('%s names checks and problems that exist', (page) => {
    const lines = codeOf(readFileSync(join(root, page), 'utf8'));
    const only = lines.flatMap((line) =>
      [...line.matchAll(/doctor [^|;]*--only ([a-z][a-z,-]*)/g)].flatMap(([, list = '']) => list.split(',')),
    );
    const explained = lines.flatMap((line) => [...line.matchAll(/nodemend explain ([A-Z]\w+)/g)].map(([, name = '']) => name));
    const known = new Set(problems.flatMap(({ type, reasons }) => [type, ...Object.keys(reasons)]));
    const example = new Set(['zombies']);

    expect(only.filter((id) => !checks.some((check) => check.id === id) && !example.has(id))).toEqual([]);
    expect(explained.filter((name) => !known.has(name) && !/^[A-Z]+$/.test(name))).toEqual([]);
  });

  it('are read at all', () => {
    expect(typed('sudo nodemend drain web-1 --ignore-daemonsets | tee x; nodemend pausee')).toEqual([
      ['drain', 'web-1', '--ignore-daemonsets'],
      ['pausee'],
    ]);
    expect(whyWrong(['pausee'])).toBe('no command pausee');
    expect(whyWrong(['drain', '--ignore-demonsets'])).toBe('drain has no --ignore-demonsets');
    expect(whyWrong(['tune', 'eviction', '--recommend'])).toBeUndefined();
    expect(whyWrong(['maintain', '--reboot', '--', 'apt-get', '--yes'])).toBeUndefined();
  });
});

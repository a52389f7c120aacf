import { describe, expect, it } from 'vitest';
import { commands } from '../../../agent/commands/index.ts';
import { fishCompletion } from '../../../agent/completion/fish.ts';
import { beginnings, type CompletedCommand, completed, nextWords, offerOf } from '../../../agent/completion/words.ts';
import { zshCompletion } from '../../../agent/completion/zsh.ts';

describe('offerOf', () => {
  it.each([
    ['FILE', { kind: 'files' }],
    ['FILE.tar.gz', { kind: 'files' }],
    ['DIR', { kind: 'directories' }],
    ['[NODE…]', { kind: 'nodes' }],
    ['SELECTOR', { kind: 'nothing' }],
    ['', { kind: 'nothing' }],
    ['client|server', { kind: 'words', words: ['client', 'server'], commas: false }],
    ['[INCIDENT|list|all]', { kind: 'words', words: ['list', 'all'], commas: false }],
  ])('takes %j for what it is', (placeholder, expected) => {
    expect(offerOf(placeholder)).toEqual(expected);
  });

  it('offers the catalogue, and what stands beside it', () => {
    expect(offerOf('PROBLEM|breaker [SUBJECT]')).toMatchObject({ words: expect.arrayContaining(['PLEGUnhealthy', 'breaker']) });
  });
});

const awkward: CompletedCommand = {
  name: 'two words',
  summary: "it's [odd]: 100 %",
  options: [
    {
      ...{ name: 'set', short: 's', description: "'a<5%' [or] b: \\n", placeholder: 'A:B' },
      ...{ value: { kind: 'nothing' }, bare: false, multiple: true },
    },
  ],
  operand: { kind: 'nothing' },
};

describe('a name of two words', () => {
  it('begins with one that is no command', () => {
    expect(beginnings([awkward])).toEqual(['two', 'two words']);
    expect(nextWords([awkward], 'two')).toEqual([['words', awkward.summary]]);
  });
});

describe('zsh completion', () => {
  it('quotes what _arguments would take for its own', () => {
    expect(zshCompletion([awkward])).toContain(`'(-s --set)-s['\\''a<5%'\\'' \\[or\\] b\\: \\\\n]:A\\:B:'`);
  });

  it('has every command with every option', () => {
    const script = zshCompletion(completed(commands));
    for (const { name, options } of commands) {
      expect(script).toContain(`'${name}')`);
      for (const option of Object.keys(options)) expect(script).toContain(`--${option}`);
    }
  });
});

describe('fish completion', () => {
  it('quotes what fish would take for its own', () => {
    expect(fishCompletion([awkward])).toContain(`-s s -l set -x -d '\\'a<5%\\' [or] b: \\\\n'`);
  });

  it('has every command with every option', () => {
    const script = fishCompletion(completed(commands));
    for (const { name, options } of commands) {
      for (const option of Object.keys(options))
        expect(script).toContain(
          `complete -c nodemend -n '__nodemend_at \\'${name}\\'' ${options[option]?.short === undefined ? '' : `-s ${options[option]?.short} `}-l ${option} `,
        );
    }
  });
});

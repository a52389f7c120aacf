import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../agent/commands/index.ts';
import { completed } from '../../../agent/completion/words.ts';
import { zshCompletion } from '../../../agent/completion/zsh.ts';

const isThere = spawnSync('zsh', ['-c', 'zmodload zsh/zpty']).status === 0;

/** zsh completes at a terminal alone: one is made for it, the line is typed, and it says what became of the line. */
const DRIVER = `
zmodload zsh/zpty
zpty shell zsh -f
zpty -w shell 'PS1= PS2= RPS1=; stty -echo; autoload -Uz compinit; compinit -C -d '$3'; source '$1
zpty -w shell 'whole() { print -r -- "<<$BUFFER>>"; zle kill-buffer }; zle -N whole; bindkey "^I" menu-complete; bindkey "^X" whole; print -r -- "<<"ready">>"'
zpty -r -m shell line '*<<ready>>*'
zpty -w -n shell $2$'\\t\\x18'
zpty -r -m shell line '*<<*>>*'
print -r -- \${\${line#*<<}%%>>*}
zpty -d shell
`;

let place = '';
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'nodemend-zsh-'));
  writeFileSync(join(place, 'completion'), zshCompletion(completed(commands)));
  writeFileSync(join(place, 'driver'), DRIVER);
  // What zsh has of its own: found once, half a second of CPU that each line would take again.
  spawnSync('zsh', ['-f', '-c', 'autoload -Uz compinit; compinit -u -d "$1"', 'zsh', join(place, 'dump')]);
  writeFileSync(join(place, 'kubectl'), '#!/bin/sh\necho node/web-1; echo node/web-2\n', { mode: 0o755 });
});
afterAll(() => rmSync(place, { recursive: true }));

function lineAfter(typed: string): string {
  const env = { ...process.env, TERM: 'dumb', HOME: place, PATH: `${place}:${process.env.PATH}` };
  const words = ['-f', join(place, 'driver'), join(place, 'completion'), typed, join(place, 'dump')];
  return spawnSync('zsh', words, { encoding: 'utf8', env, timeout: 20_000 }).stdout.trim();
}

// Where the machine has it; the text itself is looked at in words.test.ts.
describe.runIf(isThere)('zsh completion', () => {
  it.each([
    ['nodemend unc', 'nodemend uncordon'],
    ['nodemend tune e', 'nodemend tune eviction'],
    ['nodemend tune eviction --rec', 'nodemend tune eviction --recommend'],
    ['nodemend tune eviction --via s', 'nodemend tune eviction --via systemd'],
    ['nodemend drain --force w', 'nodemend drain --force web-1'],
    ['nodemend drain --dry-run=s', 'nodemend drain --dry-run=server'],
    ['nodemend doctor --only pleg-health,clo', 'nodemend doctor --only pleg-health,clock,'],
    ['nodemend no-such-command ', 'nodemend no-such-command'],
  ])('makes of %j what it should', (typed, expected) => {
    expect(lineAfter(typed)).toBe(expected);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../agent/commands/index.ts';
import { bashCompletion } from '../../../agent/completion/bash.ts';
import { completed } from '../../../agent/completion/words.ts';

let place = '';
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'nodemend-completion-'));
  writeFileSync(join(place, 'completion'), bashCompletion(completed(commands)));
  writeFileSync(join(place, 'kubectl'), '#!/bin/sh\necho node/web-1; echo node/web-2\n', { mode: 0o755 });
  mkdirSync(join(place, 'files/sub dir'), { recursive: true });
  writeFileSync(join(place, 'files/some.yaml'), '');
});
afterAll(() => rmSync(place, { recursive: true }));

/** What bash offers for the last of these words, as readline hands them over: `=` is a word of its own. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `source ../completion; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nodemend; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', 'nodemend', ...words], {
    cwd: join(place, 'files'),
    encoding: 'utf8',
    env: { PATH: `${place}:/usr/bin:/bin` },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('bash completion', () => {
  it.each([
    ['a command', ['unc'], ['uncordon']],
    ['the second word of a command', ['tune', ''], ['eviction', 'docker']],
    [
      'options of a command, never those of another one',
      ['tune', 'eviction', '--re'],
      ['--recommend', '--revert', '--resume', '--replay'],
    ],
    ['a value that is one of several', ['tune', 'eviction', '--via', 'e'], ['extra-args']],
    ['a value behind =', ['drain', '--placement', '=', 'r'], ['require']],
    ['a value behind = that nobody has begun', ['drain', '--dry-run', '='], ['client', 'server']],
    ['the nodes', ['drain', '--force', 'w'], ['web-1', 'web-2']],
    ['a node after an option that needs no value', ['drain', '--dry-run', ''], ['web-1', 'web-2']],
    ['the kinds of an operand', ['reset', 'brea'], ['breaker']],
    ['a problem', ['explain', 'PLEG'], ['PLEGUnhealthy']],
    ['a check', ['doctor', '--only', 'pleg'], ['pleg-health']],
    ['one more check', ['doctor', '--only', 'pleg-health,clo'], ['pleg-health,clock']],
    ['files', ['doctor', '--config', 'so'], ['some.yaml']],
    ['directories alone', ['doctor', '--replay', 's'], ['sub dir']],
    ['nothing for what only a person knows', ['pause', '--for', ''], []],
    ['nothing for a command that there is not', ['reboot-everything', ''], []],
    ['a shell, for itself', ['completion', 'f'], ['fish']],
  ] as const)('offers %s', (_, words, expected) => {
    expect(offered(...words).toSorted()).toEqual(expected.toSorted());
  });

  it('offers every command', () => {
    const firsts = new Set(commands.map(({ name }) => name.split(' ')[0]));

    expect(offered('')).toEqual(expect.arrayContaining([...firsts]));
  });

  it('offers every option of every command', () => {
    for (const { name, options } of commands) {
      const names = Object.keys(options).map((option) => `--${option}`);
      expect(offered(...name.split(' '), '--')).toEqual(expect.arrayContaining(names));
    }
  });
});

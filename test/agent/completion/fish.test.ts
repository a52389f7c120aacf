import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../agent/commands/index.ts';
import { fishCompletion } from '../../../agent/completion/fish.ts';
import { completed } from '../../../agent/completion/words.ts';

const isThere = spawnSync('fish', ['--version']).status === 0;

let place = '';
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'nodemend-fish-'));
  writeFileSync(join(place, 'nodemend.fish'), fishCompletion(completed(commands)));
  writeFileSync(join(place, 'kubectl'), '#!/bin/sh\necho node/web-1; echo node/web-2\n', { mode: 0o755 });
});
afterAll(() => rmSync(place, { recursive: true }));

function offered(line: string): readonly string[] {
  const env = { ...process.env, HOME: place, PATH: `${place}:${process.env.PATH}` };
  const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', `source ${place}/nodemend.fish; complete -C '${line}'`], {
    encoding: 'utf8',
    env,
  });
  expect(stderr).toBe('');
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((row) => row.split('\t')[0] ?? '');
}

// Where the machine has it; the text itself is looked at in words.test.ts.
describe.runIf(isThere)('fish completion', () => {
  it.each([
    ['nodemend unc', ['uncordon']],
    ['nodemend tune ', ['docker', 'eviction']],
    ['nodemend tune eviction --via ', ['auto', 'config-dir', 'extra-args', 'systemd']],
    ['nodemend drain --force w', ['web-1', 'web-2']],
    ['nodemend explain PLEG', ['PLEGUnhealthy']],
    ['nodemend reset brea', ['breaker']],
    ['nodemend no-such-command ', []],
    ['nodemend pause --for ', []],
  ])('offers after %j what it should', (line, expected) => {
    expect(offered(line)).toEqual(expected);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');

/** The example lies deeper than what it is an example of: its imports climb further, and are sorted by that. */
function asInPlace(text: string) {
  const lines = text
    .replace(/'(?:\.\.\/)+(?:lib\/)?/g, "'")
    .trim()
    .split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return [...lines.filter(isImport).sort(), ...lines.filter((line) => !isImport(line))].join('\n');
}

it.each([
  ['lib/problems/zombies-accumulating.ts', 'example/lib/problems/zombies-accumulating.ts'],
  ['lib/sources/host/zombie-processes.ts', 'example/lib/sources/host/zombie-processes.ts'],
  ['lib/checks/zombies.ts', 'example/lib/checks/zombies.ts'],
  ['test/checks/zombies.test.ts', 'example/test/zombies.test.ts'],
])('docs/add-a-check.md shows %s as it is tested', (name, file) => {
  const block = read('../../docs/add-a-check.md').split(`\`\`\`ts\n// ${name}\n`)[1]?.split('\n```')[0] ?? '';

  expect(asInPlace(block)).toBe(asInPlace(read(file)));
});

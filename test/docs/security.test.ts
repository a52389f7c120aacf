import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/security.md'), 'utf8');

function contentsOf(path: string): string {
  const full = join(root, path);
  if (!statSync(full).isDirectory()) return readFileSync(full, 'utf8');
  const names = readdirSync(full, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => readFileSync(join(full, name), 'utf8')).join('\n');
}

/** A file or folder of tests, and the names behind it up to the next one: `in italics` of `it`, `as code` of table keys. */
const proofs = [...text.matchAll(/`(test\/[\w./-]+)`((?:[ ,]+(?:\*[^*|]+\*|`(?!test\/)[\w-]+`))*)/g)].map(
  ([, path = '', names = '']) => ({
    path,
    names: [...names.matchAll(/\*([^*]+)\*|`([^`]+)`/g)].map(([, italic, code]) => italic ?? code ?? ''),
  }),
);

describe('docs/security.md', () => {
  it('names tests that exist', () => {
    expect(proofs.length).toBeGreaterThan(20);
    expect(proofs.filter(({ path }) => !existsSync(join(root, path))).map(({ path }) => path)).toEqual([]);
  });

  it('names them as they are called', () => {
    const missing = proofs.flatMap(({ path, names }) => {
      const contents = contentsOf(path);
      return names.filter((name) => !contents.includes(name)).map((name) => `${path}: ${name}`);
    });

    expect(proofs.flatMap(({ names }) => names).length).toBeGreaterThan(25);
    expect(missing).toEqual([]);
  });
});

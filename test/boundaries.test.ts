import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** `lib/sources` → what it may import, from the table in docs/architecture.md. */
function readTable(): ReadonlyMap<string, readonly string[]> {
  const rows = readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/^\| `((?:lib|agent)[^`]*)` \| ([^|]*)\|$/gm);
  const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
  return new Map(
    [...rows].filter(([, , cell = '']) => /^(`[^`]+`\s*)*$/.test(cell)).map(([, from = '', cell = '']) => [from, words(cell)]),
  );
}

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Every import and re-export of a file, its relative ones as paths from the root. */
function importsOf(path: string): readonly Import[] {
  const text = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const static_ = [...text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)];
  const dynamic = [...text.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)];
  return [
    ...static_.map(([, type, specifier = '']) => ({ specifier, typeOnly: type !== undefined })),
    ...dynamic.map(([, specifier = '']) => ({ specifier, typeOnly: false })),
  ].map(({ specifier, typeOnly }) => ({
    target: specifier.startsWith('.') ? join(dirname(path), specifier) : specifier,
    typeOnly,
  }));
}

const sources = ['lib', 'agent'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

const isWithin = (target: string, place: string) => target === place || target.startsWith(`${place}/`);

function allows(word: string, { target, typeOnly }: Import): boolean {
  if (word === '*') return true;
  if (word.startsWith('type:')) return typeOnly && isWithin(target, word.slice(5));
  if (word === 'node:*') return target.startsWith('node:');
  return isWithin(target, word);
}

describe('imports', () => {
  const table = readTable();
  const placesOf = (path: string) => [...table.keys()].filter((place) => isWithin(path, place));

  it('have a row in the table for every file', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((path) => placesOf(path).length === 0)).toEqual([]);
  });

  it('are those of the table', () => {
    const forbidden = sources.flatMap((path) => {
      const places = placesOf(path);
      const allowed = places.flatMap((place) => table.get(place) ?? []);
      return importsOf(path)
        .filter((one) => !places.some((place) => isWithin(one.target, place)) && !allowed.some((word) => allows(word, one)))
        .map(({ target, typeOnly }) => `${path} imports ${target}${typeOnly ? ' (types)' : ''}`);
    });

    expect(forbidden).toEqual([]);
  });

  it('are guarded by the linter in every folder of the table', () => {
    const linter = readFileSync(join(root, 'biome.json'), 'utf8');
    const folders = [...table.keys()].filter((place) => /^lib\/\w+$/.test(place));

    expect(folders.filter((folder) => !linter.includes(`"${folder}/**/*.ts"`))).toEqual([]);
  });
});

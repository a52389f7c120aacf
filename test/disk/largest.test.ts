import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largest } from '../../lib/disk/largest.ts';
import { type Entry, openTree, pathOf, type Tree } from '../../lib/disk/tree.ts';

/** `{ 'var/log': [bytes, inodes] }` below `/`. */
function treeOf(sizes: Readonly<Record<string, readonly [number, number]>>): Tree {
  const tree = openTree('/');
  const known = new Map<string, Entry>([['', tree.root]]);
  const entryOf = (path: string): Entry => {
    const at = known.get(path);
    if (at !== undefined) return at;
    const names = path.split('/');
    const made = tree.below(entryOf(names.slice(0, -1).join('/')), names.at(-1) ?? '');
    known.set(path, made);
    return made;
  };
  for (const [path, [bytes, inodes]] of Object.entries(sizes)) {
    const entry = entryOf(path);
    entry.bytes += bytes;
    entry.inodes += inodes;
  }
  return tree;
}

describe('largest', () => {
  it('names the deepest directory that is a user, not those above it', () => {
    const tree = treeOf({ 'var/lib/docker/overlay2/ab': [4000, 10], 'var/log': [900, 3], etc: [10, 50], '': [1, 1] });

    expect(largest(tree, 'bytes', 2)).toEqual([
      { path: '/var/lib/docker/overlay2/ab', bytes: 4000, inodes: 10 },
      { path: '/var/log', bytes: 900, inodes: 3 },
    ]);
    expect(largest(tree, 'inodes', 1)).toEqual([{ path: '/etc', bytes: 10, inodes: 50 }]);
  });

  it('names a directory whose parts are all small', () => {
    const layers = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`overlay2/${at}`, [100, 1] as const]));

    expect(largest(treeOf({ ...layers, big: [900, 1] }), 'bytes', 3)).toEqual([
      { path: '/overlay2', bytes: 4000, inodes: 40 },
      { path: '/big', bytes: 900, inodes: 1 },
    ]);
  });

  it('has nothing to say of an empty filesystem', () => {
    expect(largest(openTree('/'), 'bytes', 10)).toEqual([]);
  });

  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 0, maxLength: 6 })
    .map((names) => names.join('/'));
  const sizes = fc.dictionary(path, fc.tuple(fc.nat(1_000_000), fc.nat(1000)), { maxKeys: 60 });

  it('counts no byte twice, names no more than asked, the largest first', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('bytes' as const, 'inodes' as const),
        (given, most, measure) => {
          const all = Object.values(given).reduce((sum, [bytes, inodes]) => sum + (measure === 'bytes' ? bytes : inodes), 0);
          const users = largest(treeOf(given), measure, most);
          const amounts = users.map((user) => user[measure]);

          expect(users.length).toBeLessThanOrEqual(most);
          expect(new Set(users.map((user) => user.path)).size).toBe(users.length);
          expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
          expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(all);
        },
      ),
    );
  });
});

describe('a tree', () => {
  it('counts in the nearest directory above what it has no room for', () => {
    const tree = openTree('/data', 3);
    const first = tree.below(tree.root, 'a');
    const second = tree.below(first, 'b');

    expect(tree.below(second, 'c')).toBe(second);
    expect(pathOf(second)).toBe('/data/a/b');
  });

  it('stays in bounds however deep the directories are', () => {
    const tree = openTree('/');
    let at = tree.root;
    for (let depth = 0; depth < 500; depth += 1) at = tree.below(at, 'd');

    expect(tree.entries.length).toBeLessThan(20);
  });
});

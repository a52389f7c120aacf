/** A tree of files in numbers; two that are the same have the same ones. */
export interface TreeSummary {
  /** Names by type: f, d, l, c, b, p, s. */
  readonly names: Readonly<Record<string, number>>;
  /** Apparent bytes of regular files, each inode once. */
  readonly bytes: number;
  readonly inodes: number;
  /** Inodes of several names, and the names themselves in groups: which names are one file. */
  readonly linked: readonly string[];
}

/** What find prints of each: type, size, links, inode, path. NUL ends it: a file name holds any other byte. */
export const FIND_FORMAT = '%y %s %n %i %P\\0';

export interface TreeCounter {
  add(text: string): void;
  summary(): TreeSummary;
}

export function treeCounter(isForeign: (path: string) => boolean): TreeCounter {
  const names: Record<string, number> = {};
  const groups = new Map<string, string[]>();
  let [bytes, inodes] = [0, 0];
  let rest = '';
  const one = (entry: string) => {
    const [, type = '', size, links, inode = '', path = ''] = /^(.) (\d+) (\d+) (\d+) (.*)$/s.exec(entry) ?? [];
    if (size === undefined || isForeign(path)) return;
    names[type] = (names[type] ?? 0) + 1;
    const isLinked = type !== 'd' && Number(links) > 1;
    const group = isLinked ? groups.get(inode) : undefined;
    if (group !== undefined) {
      group.push(path);
      return;
    }
    if (isLinked) groups.set(inode, [path]);
    inodes += 1;
    if (type === 'f') bytes += Number(size);
  };
  return {
    add(text) {
      const entries = (rest + text).split('\0');
      rest = entries.pop() ?? '';
      for (const entry of entries) one(entry);
    },
    summary: () => ({
      names,
      bytes,
      inodes,
      // Other names may be outside of the tree: a copy has no more of them than were copied.
      linked: [...groups.values()]
        .filter((group) => group.length > 1)
        .map((group) => group.sort().join('\0'))
        .sort(),
    }),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  f: 'regular files',
  d: 'directories',
  l: 'symbolic links',
  c: 'character devices',
  b: 'block devices',
  p: 'pipes',
  s: 'sockets',
};

/** Sentences; empty: the same. */
export function treeDifferences(before: TreeSummary, after: TreeSummary): readonly string[] {
  const types = [...new Set([...Object.keys(before.names), ...Object.keys(after.names)])].sort();
  const count = (summary: TreeSummary, type: string) => summary.names[type] ?? 0;
  const differing = types.filter((type) => count(before, type) !== count(after, type));
  const there = new Set(after.linked);
  const broken = before.linked.filter((group) => !there.has(group));
  return [
    ...differing.map((type) => `${count(after, type)} ${TYPES[type] ?? `of type ${type}`} in place of ${count(before, type)}`),
    ...(before.bytes === after.bytes ? [] : [`${after.bytes} bytes in files in place of ${before.bytes}`]),
    ...(before.inodes === after.inodes ? [] : [`${after.inodes} inodes in place of ${before.inodes}`]),
    ...broken.slice(0, 3).map((group) => `no longer one file: ${group.split('\0').slice(0, 3).join(', ')}`),
  ];
}

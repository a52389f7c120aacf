import type { Bytes } from '../model/units.ts';

/** A directory, or a file that is large by itself. */
export interface Entry {
  readonly name: string;
  readonly parent: Entry | undefined;
  readonly depth: number;
  /** Of itself and of everything below that has no entry of its own. */
  bytes: Bytes;
  inodes: number;
}

export interface Tree {
  readonly root: Entry;
  /** Parents before their children. */
  readonly entries: readonly Entry[];
  /** An entry of its own below `parent`; where the tree is full or deep enough, `parent` itself. */
  below(parent: Entry, name: string): Entry;
}

/** Paths of pods' volumes are seven deep. */
const DEEPEST = 10;
/** Some 15 MB. */
const MOST = 100_000;

/** Counts by directory in bounded memory: what has no room is counted by the nearest directory above that has. */
export function openTree(path: string, most = MOST): Tree {
  const root: Entry = { name: path, parent: undefined, depth: 0, bytes: 0, inodes: 0 };
  const entries = [root];
  return {
    root,
    entries,
    below(parent, name) {
      if (parent.depth >= DEEPEST || entries.length >= most) return parent;
      const entry: Entry = { name, parent, depth: parent.depth + 1, bytes: 0, inodes: 0 };
      entries.push(entry);
      return entry;
    },
  };
}

export function pathOf({ name, parent }: Entry): string {
  if (parent === undefined) return name;
  const above = pathOf(parent);
  return above === '/' ? `/${name}` : `${above}/${name}`;
}

import type { SpaceUser } from '../model/space.ts';
import { type Entry, pathOf, type Tree } from './tree.ts';

export type Measure = 'bytes' | 'inodes';

interface Chosen {
  readonly entry: Entry;
  readonly bytes: number;
  readonly inodes: number;
}

/** Entries that hold `least` and more of a measure after those below them that do were taken out. */
function holding(tree: Tree, measure: Measure, least: number): readonly Chosen[] {
  const rest = new Map<Entry, { bytes: number; inodes: number }>();
  const chosen: Chosen[] = [];
  // Children before their parents.
  for (const entry of tree.entries.toReversed()) {
    const { bytes = 0, inodes = 0 } = rest.get(entry) ?? {};
    const all = { bytes: bytes + entry.bytes, inodes: inodes + entry.inodes };
    rest.delete(entry);
    // What is left of the root is what is small everywhere: it has no name.
    if (entry.parent === undefined) break;
    if (all[measure] >= least) chosen.push({ entry, ...all });
    else {
      const above = rest.get(entry.parent) ?? { bytes: 0, inodes: 0 };
      rest.set(entry.parent, { bytes: above.bytes + all.bytes, inodes: above.inodes + all.inodes });
    }
  }
  return chosen;
}

const total = (tree: Tree, measure: Measure) => tree.entries.reduce((sum, entry) => sum + entry[measure], 0);

/** What holds less than this of everything explains nothing. */
const LEAST_SHARE = 0.001;

/**
 * The `most` largest users, the deepest directory or file that is one; each byte is counted by one of them. Of a directory whose
 * parts are all small the directory itself is named.
 */
export function largest(tree: Tree, measure: Measure, most: number): readonly SpaceUser[] {
  const all = total(tree, measure);
  let chosen: readonly Chosen[] = [];
  for (let least = all; least >= Math.max(1, all * LEAST_SHARE); least *= 0.8) {
    const next = holding(tree, measure, least);
    if (next.length > most) break;
    chosen = next;
  }
  return chosen
    .toSorted((a, b) => b[measure] - a[measure])
    .map(({ entry, bytes, inodes }) => ({ path: pathOf(entry), bytes, inodes }));
}

import type { Release } from './release.ts';
import { packTree } from './tree.ts';

export const tarball = (release: Release): string =>
  packTree(release.tree, `nodemend-${release.version}-linux-${release.arch}`, release);

import { createHash } from 'node:crypto';

/** A digest as files are named by it. */
export const hexOf = (id: string): string => id.replace(/^sha256:/, '');

/** A layer on top of its parents has the hash of both as its name (image-spec, config.md, "Layer ChainID"). */
export function chainIds(diffIds: readonly string[]): readonly string[] {
  const chains: string[] = [];
  for (const diffId of diffIds) {
    const parent = chains.at(-1);
    chains.push(parent === undefined ? diffId : `sha256:${createHash('sha256').update(`${parent} ${diffId}`).digest('hex')}`);
  }
  return chains;
}

/** Layers of the images that go and of none that stays. */
export function layersOnlyOf(gone: readonly (readonly string[])[], kept: readonly (readonly string[])[]): readonly string[] {
  const stays = new Set(kept.flatMap(chainIds));
  return [...new Set(gone.flatMap(chainIds))].filter((chain) => !stays.has(chain));
}

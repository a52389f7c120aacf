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

/** The same of images whose layers have to be asked for; `all`: with those that go. */
export async function layersThatGo<Image extends { readonly id: string }>(
  gone: readonly Image[],
  all: readonly Image[],
  layersOf: (image: Image) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const isGone = new Set(gone.map(({ id }) => id));
  const layers = await Promise.all(all.map(async (image) => ({ id: image.id, layers: await layersOf(image) })));
  const of = (goes: boolean) => layers.filter(({ id }) => isGone.has(id) === goes).map((image) => image.layers);
  return layersOnlyOf(of(true), of(false));
}

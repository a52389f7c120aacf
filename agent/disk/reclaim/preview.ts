import type { StoredFile } from '../../../lib/disk/reclaim/inventory.ts';
import { messageOf } from '../../../lib/model/error-words.ts';
import { RECLAIM_STEPS, type ReclaimPreview, type ReclaimSettings, type ReclaimStepName } from '../../../lib/model/reclaim.ts';
import { type Duration, seconds } from '../../../lib/model/units.ts';
import { type Candidates, candidatesOf } from './candidates.ts';
import type { ReclaimNode } from './node.ts';

const MOST_EXAMPLES = 3;

type Figures = Pick<ReclaimPreview, 'items' | 'bytes' | 'inodes' | 'examples' | 'why'>;

const ofFiles = (files: readonly StoredFile[]): Figures => ({
  items: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  inodes: files.length,
  examples: files.slice(0, MOST_EXAMPLES).map(({ path }) => path),
});

async function figuresOf(candidates: Candidates, within: Duration): Promise<Figures> {
  switch (candidates.kind) {
    case 'none':
      return { items: 0, bytes: 0, inodes: 0, examples: [], why: candidates.why };
    case 'files':
      return ofFiles(candidates.files);
    case 'journal':
      return ofFiles(candidates.directories.flatMap(({ files }) => files));
    case 'containers': {
      const { containers, store } = candidates;
      const size = containers.length === 0 ? { bytes: 0, inodes: 0 } : await store.runtime.sizeOfContainers(containers, within);
      return { items: containers.length, ...orNull(size), examples: containers.slice(0, MOST_EXAMPLES).map(({ name }) => name) };
    }
    case 'images': {
      const { images, all, store } = candidates;
      const size = images.length === 0 ? { bytes: 0, inodes: 0 } : await store.runtime.sizeOfImages(images, all, within);
      const examples = images.slice(0, MOST_EXAMPLES).map(({ id, names }) => names[0] ?? id.slice(0, 19));
      return { items: images.length, ...orNull(size), examples };
    }
  }
}

const orNull = (size: { readonly bytes: number; readonly inodes: number } | undefined) => size ?? { bytes: null, inodes: null };

async function previewOf(node: ReclaimNode, filesystem: string, settings: ReclaimSettings, step: ReclaimStepName) {
  const candidates = await candidatesOf(node, { step, filesystem, settings });
  const figures = await figuresOf(candidates, seconds(4)).catch((error: unknown) => ({
    items: 0,
    bytes: null,
    inodes: null,
    examples: [],
    why: messageOf(error),
  }));
  return { step, enabled: settings[step].enabled, ...figures };
}

/** What each step would free on this filesystem, were it done now; those that are off, too. Removes nothing. */
export async function previewReclaim(
  node: ReclaimNode,
  filesystem: string,
  settings: ReclaimSettings,
): Promise<readonly ReclaimPreview[]> {
  const previews: ReclaimPreview[] = [];
  for (const step of RECLAIM_STEPS) previews.push(await previewOf(node, filesystem, settings, step));
  return previews;
}

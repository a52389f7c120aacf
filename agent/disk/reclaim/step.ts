import type { Headroom, ReclaimReport, ReclaimRequest } from '../../../lib/model/reclaim.ts';
import { type Candidates, candidatesOf } from './candidates.ts';
import type { ReclaimNode } from './node.ts';
import type { Refused } from './runtime.ts';

const MOST_KEPT = 5;

/** One thing that can be removed by itself. */
interface Piece {
  readonly name: string;
  /** Things it stands for: journalctl removes many files at once. */
  readonly count: number;
  remove(): Promise<Refused> | Refused;
}

const short = (id: string) => id.replace(/^sha256:/, '').slice(0, 12);

function piecesOf(node: ReclaimNode, candidates: Candidates, { settings, filesystem, within }: ReclaimRequest): readonly Piece[] {
  switch (candidates.kind) {
    case 'none':
      return [];
    case 'files':
      return candidates.files.map((file) => ({ name: file.path, count: 1, remove: () => node.removeFile(file) }));
    case 'journal':
      return candidates.directories.map(({ path, files }) => ({
        name: path,
        count: files.length,
        remove: () => node.vacuumJournal(path, settings.journal.keep, within),
      }));
    case 'containers': {
      const { runtime } = candidates.store;
      return candidates.containers.map((container) => ({
        name: `${container.name} (${short(container.id)})`,
        count: 1,
        remove: () => runtime.removeContainer(container),
      }));
    }
    case 'images': {
      const { runtime } = candidates.store;
      return candidates.images.map((image) => ({
        name: image.names[0] ?? short(image.id),
        count: 1,
        // A container or a pod may have come for it while others were removed.
        async remove() {
          const again = await candidatesOf(node, { step: 'images', filesystem, settings });
          const isStill = again.kind === 'images' && again.images.some(({ id }) => id === image.id);
          return isStill ? runtime.removeImage(image) : 'it is in use by now';
        },
      }));
    }
  }
}

const isEnough = (now: Headroom, until: Headroom) => now.bytes >= until.bytes && now.inodes >= until.inodes;

/**
 * Carries out one step: piece by piece, measured, until there is room again, nothing is left or the time is over. What may go is
 * looked up right before, by what the node says of itself at that moment.
 */
export async function reclaim(node: ReclaimNode, request: ReclaimRequest): Promise<ReclaimReport> {
  const { step, filesystem, until, within } = request;
  const before = node.available(filesystem);
  const began = node.clock.monotonic();
  const kept: string[] = [];
  let removed = 0;
  const end = (why?: string): ReclaimReport => {
    const now = node.available(filesystem);
    const freed = { bytes: now.bytes - before.bytes, inodes: now.inodes - before.inodes };
    return { step, removed, kept, freed, enough: isEnough(now, until), ...(why === undefined ? {} : { why }) };
  };
  if (isEnough(before, until)) return end('there is room again');
  const candidates = await candidatesOf(node, request);
  if (candidates.kind === 'none') return end(candidates.why);
  for (const piece of piecesOf(node, candidates, request)) {
    if (isEnough(node.available(filesystem), until)) return end();
    if (node.clock.monotonic() - began >= within) return end('its time was over');
    const refused = await piece.remove();
    if (refused === undefined) removed += piece.count;
    else if (kept.length < MOST_KEPT) kept.push(`${piece.name}: ${refused}`);
  }
  return end(removed === 0 && kept.length === 0 ? 'there is nothing it may remove' : undefined);
}

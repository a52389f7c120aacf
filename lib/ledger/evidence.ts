import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, KiB, MiB } from '../model/units.ts';
import type { SegmentLimits } from './segments.ts';

/** Everything of the agent's on disk: 200 MB, or a hundredth of a small disk. */
export function roomFor(diskBytes: Bytes): Bytes {
  return Math.min(200 * MiB, Math.floor(diskBytes / 100));
}

/** The ledger's part of the room, on a small disk: its reserve and a checkpoint must always fit. */
export function ledgerLimits(room: Bytes): SegmentLimits {
  const totalBytes = Math.max(MiB, Math.min(16 * MiB, Math.floor(room / 2)));
  return {
    totalBytes,
    segmentBytes: Math.min(512 * KiB, totalBytes / 4),
    reserveBytes: Math.min(MiB, totalBytes / 8),
  };
}

/** Bytes of a file, or of everything below a directory. */
export async function sizeOf(directory: string): Promise<Bytes> {
  const status = await lstat(directory);
  if (!status.isDirectory()) return status.size;
  const names = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(names.map((name) => lstat(join(directory, name)).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Removes the evidence of the oldest incidents until the rest fits; the ids sort by age. Never that of `open` ones: somebody is
 * about to look at it. Returns what was removed.
 */
export async function pruneEvidence(directory: string, most: Bytes, open: readonly string[] = []): Promise<readonly string[]> {
  const incidents = (await readdir(directory).catch(() => [])).sort();
  const sizes = await Promise.all(incidents.map((incident) => sizeOf(join(directory, incident)).catch(() => 0)));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  const removed: string[] = [];
  for (const [index, incident] of incidents.entries()) {
    if (total <= most) break;
    if (open.includes(incident)) continue;
    await rm(join(directory, incident), { recursive: true, force: true });
    total -= sizes[index] ?? 0;
    removed.push(incident);
  }
  return removed;
}

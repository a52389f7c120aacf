import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, MiB } from '../model/units.ts';

/** Everything of the agent's on disk: 200 MB, or a hundredth of a small disk. */
export function roomFor(diskBytes: Bytes): Bytes {
  return Math.min(200 * MiB, Math.floor(diskBytes / 100));
}

async function sizeOf(directory: string): Promise<Bytes> {
  const names = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(names.map((name) => lstat(join(directory, name)).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Removes the evidence of the oldest incidents until the rest fits; the ids sort by age. Returns what was removed. */
export async function pruneEvidence(directory: string, most: Bytes): Promise<readonly string[]> {
  const incidents = (await readdir(directory).catch(() => [])).sort();
  const sizes = await Promise.all(incidents.map((incident) => sizeOf(join(directory, incident)).catch(() => 0)));
  let total = sizes.reduce((sum, size) => sum + size, 0);
  const removed: string[] = [];
  for (const [index, incident] of incidents.entries()) {
    if (total <= most) break;
    await rm(join(directory, incident), { recursive: true, force: true });
    total -= sizes[index] ?? 0;
    removed.push(incident);
  }
  return removed;
}

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './run.ts';

export interface DiskRequest {
  readonly size: string;
  readonly inodes: number;
}

/** A small ext4 filesystem of its own, in a sparse file; gives its mount point. Filling it hurts nothing else. */
export async function makeDisk(directory: string, name: string, { size, inodes }: DiskRequest): Promise<string> {
  const image = join(directory, `${name}.img`);
  const mountPoint = join(directory, name);
  mkdirSync(mountPoint, { recursive: true });
  writeFileSync(image, '');
  truncateSync(image, bytesOf(size));
  // No reserved blocks: what statfs calls available is then all that is free, and the numbers in a test are round.
  await must(['mkfs.ext4', '-q', '-F', '-m', '0', '-N', String(inodes), image]);
  await must(['mount', '-o', 'loop', image, mountPoint]);
  return mountPoint;
}

const units: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Bytes of `400M` or `1G`; NaN for anything else. */
export function bytesOf(size: string): number {
  const [, number, unit = ''] = /^(\d+)([KMG])$/.exec(size) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KiB, MiB } from '../model/units.ts';
import type { Disk } from './disk.ts';

/** Room for thousands of intents on a disk that others have filled. */
const RESERVE_BYTES = MiB;
/** With less than this free the reserve would only make a full disk fuller. */
const ROOMY_BYTES = 64 * MiB;
const CHUNK = 64 * KiB;

const pathOf = (directory: string) => join(directory, 'reserve');

export const isNoSpace = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

/** Makes or completes the reserve where there is room. True: it is there. Rejects when the directory cannot be written. */
export async function keepReserve(disk: Disk, directory: string): Promise<boolean> {
  const path = pathOf(directory);
  const size = await disk.size(path).catch(() => undefined);
  if (size !== undefined && size >= RESERVE_BYTES) return true;
  if ((await disk.available(directory)) < ROOMY_BYTES) return false;
  if (size !== undefined) await disk.remove(path);
  const file = await disk.create(path);
  try {
    // Random: a file system that compresses would keep nothing back for a megabyte of zeros.
    for (let written = 0; written < RESERVE_BYTES; written += CHUNK) await file.append(randomBytes(CHUNK));
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

/** Gives the reserve back to the file system. True: there was one. */
export async function releaseReserve(disk: Disk, directory: string): Promise<boolean> {
  return disk.remove(pathOf(directory)).then(
    () => true,
    () => false,
  );
}

import { join } from 'node:path';
import { codeOf } from '../model/error-words.ts';
import { type Bytes, KiB, MiB } from '../model/units.ts';
import type { Disk } from './disk.ts';
import { FILLER } from './format.ts';

/** With less than this free the reserve would only make a full disk fuller. */
const ROOMY_BYTES = 64 * MiB;
const CHUNK = 64 * KiB;

export const reservePath = (directory: string): string => join(directory, 'reserve');

export const isNoSpace = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');

/** Makes or completes the reserve where there is room. True: it is there. Rejects when the directory cannot be written. */
export async function keepReserve(disk: Disk, directory: string, bytes: Bytes): Promise<boolean> {
  const path = reservePath(directory);
  const size = await disk.size(path).catch(() => undefined);
  if (size !== undefined && size >= bytes) return true;
  if ((await disk.available(directory)) < ROOMY_BYTES) return false;
  if (size !== undefined) await disk.remove(path);
  const file = await disk.create(path);
  try {
    for (let left = bytes; left > 0; left -= CHUNK) await file.append(Buffer.alloc(Math.min(left, CHUNK), FILLER));
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

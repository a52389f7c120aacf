import { join } from 'node:path';
import { codeOf } from '../model/error-words.ts';
import type { LedgerEntry } from '../model/incident.ts';
import { distinct } from '../policy/entries.ts';
import { type Disk, localDisk } from './disk.ts';
import { readSegment, segmentName, segmentNumbers } from './replay.ts';

export interface LedgerReading {
  readonly entries: readonly LedgerEntry[];
  readonly corrupt: number;
  /** Directories and segments that gave nothing, with their error codes. A missing one is empty. */
  readonly failures: readonly { readonly path: string; readonly code: string }[];
}

/** Reads everything in the given directories while a writer may go on: without a lock, and without leaving a trace. */
export async function readLedger(directories: readonly string[], disk: Disk = localDisk): Promise<LedgerReading> {
  const entries: LedgerEntry[] = [];
  const failures: { path: string; code: string }[] = [];
  let corrupt = 0;
  /** What is gone was dropped by the writer in the meantime, or was never there. */
  const readable = <T>(path: string, work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') failures.push({ path, code: codeOf(error) ?? String(error) });
      return undefined;
    });

  for (const directory of directories) {
    for (const number of (await readable(directory, segmentNumbers(disk, directory))) ?? []) {
      const segment = await readable(join(directory, segmentName(number)), readSegment(disk, directory, number));
      entries.push(...(segment?.entries ?? []));
      corrupt += segment?.corrupt ?? 0;
    }
  }
  return { entries: distinct(entries), corrupt, failures };
}

import type { LedgerEntry } from '../model/incident.ts';
import { distinct } from '../policy/budget.ts';
import { type Disk, localDisk } from './disk.ts';
import { readSegment, segmentNumbers } from './segments.ts';

export interface LedgerReading {
  readonly entries: readonly LedgerEntry[];
  readonly corrupt: number;
  /** Why a directory gave nothing: its error code. A missing one is empty. */
  readonly failures: readonly { readonly directory: string; readonly code: string }[];
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** Reads everything in the given directories while a writer may go on: without a lock, and without leaving a trace. */
export async function readLedger(directories: readonly string[], disk: Disk = localDisk): Promise<LedgerReading> {
  const entries: LedgerEntry[] = [];
  const failures: { directory: string; code: string }[] = [];
  let corrupt = 0;
  for (const directory of directories) {
    try {
      for (const number of await segmentNumbers(disk, directory)) {
        // Dropped by the writer in the meantime.
        const segment = await readSegment(disk, directory, number).catch((error: unknown) => {
          if (codeOf(error) === 'ENOENT') return undefined;
          throw error;
        });
        entries.push(...(segment?.entries ?? []));
        corrupt += segment?.corrupt ?? 0;
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') failures.push({ directory, code: codeOf(error) });
    }
  }
  return { entries: distinct(entries), corrupt, failures };
}

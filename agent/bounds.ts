import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostView } from '../lib/host/host.ts';
import { ledgerLimits, pruneEvidence, roomFor, sizeOf } from '../lib/ledger/evidence.ts';
import type { LedgerOptions } from '../lib/ledger/ledger.ts';
import { minutes, seconds } from '../lib/model/units.ts';

export interface BoundsParts {
  readonly host: HostView;
  /** `/var/lib/nodemend`. */
  readonly stateDirectory: string;
  /** Ids of the incidents that are not over. */
  readonly open: () => readonly string[];
  readonly signal: AbortSignal;
}

const EVIDENCE = 'evidence';
const EVERY = minutes(10);

async function sizeOfTheRest(stateDirectory: string): Promise<number> {
  const names = (await readdir(stateDirectory)).filter((name) => name !== EVIDENCE);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(stateDirectory, name)).catch(() => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What the ledger may take of the disk it lies on; undefined, its own limits: the disk does not say how large it is. */
export async function limitsOfLedger(host: HostView, stateDirectory: string): Promise<Pick<LedgerOptions, 'limits'>> {
  const usage = await host.fileSystemUsage(stateDirectory, { deadline: seconds(2) });
  return usage.kind === 'usage' ? { limits: ledgerLimits(roomFor(usage.bytes)) } : {};
}

/** Removes evidence until everything of ours fits into 200 MB or a hundredth of the disk; returns whose it was. */
export async function keepWithinBounds({ host, stateDirectory, open }: Omit<BoundsParts, 'signal'>): Promise<readonly string[]> {
  const usage = await host.fileSystemUsage(stateDirectory, { deadline: seconds(2) });
  if (usage.kind !== 'usage') return [];
  const rest = await sizeOfTheRest(stateDirectory).catch(() => 0);
  return await pruneEvidence(join(stateDirectory, EVIDENCE), Math.max(0, roomFor(usage.bytes) - rest), open());
}

/** Looks again every now and then, and soon after the start: an agent before us may have been killed over its evidence. */
export async function watchBounds(parts: BoundsParts): Promise<void> {
  const { host, signal } = parts;
  let wait = minutes(1);
  while (!signal.aborted) {
    await host.clock.sleep(wait, signal).catch(() => undefined);
    if (signal.aborted) return;
    await keepWithinBounds(parts).catch(() => undefined);
    wait = EVERY;
  }
}

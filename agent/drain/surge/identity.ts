import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { SurgeProcess } from '../../../lib/drain/surge/claim.ts';
import { parseStartTicks } from '../../../lib/model/proc-stat.ts';
import { whoAmI } from '../../person.ts';
import type { SurgeIdentity } from './context.ts';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

const startOf = (pid: number): number | undefined => parseStartTicks(read(`/proc/${pid}/stat`));
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** As the ledger reads it: in a unit's own view of /proc, or a container's, it may be another than the host's. */
const boot = (): string => read(`/proc/1/root${BOOT_ID}`) || read(BOOT_ID);

function isDead({ host, boot: its, pid, started }: SurgeProcess): boolean {
  if (host !== hostname()) return false;
  // Of this host, before it was booted.
  if (boot() !== '' && its !== boot()) return true;
  return startOf(pid) !== started;
}

/** This program, so that a later one can tell whether it still lives. */
export function surgeIdentity(command: string): SurgeIdentity {
  const started = startOf(process.pid);
  return {
    run: randomUUID(),
    by: `${whoAmI()} on ${hostname()} with nodemend ${command}`,
    ...(started === undefined ? {} : { process: { host: hostname(), boot: boot(), pid: process.pid, started } }),
    isDead,
  };
}

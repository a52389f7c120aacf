import { readFileSync } from 'node:fs';
import type { LabHost } from '../../test/lab/host.ts';

/** Milliseconds since the machine started: the one clock that the bench, systemd and the ledger share. */
export const uptime = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

/** The ledger counts from the start of its host's PID 1. */
export function hostStartedAt(host: LabHost): number {
  const stat = readFileSync(`/proc/${host.leader}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) * 10;
}

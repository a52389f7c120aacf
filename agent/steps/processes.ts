import type { HostView, ProcessEntry } from '../../lib/host/host.ts';
import { parseProcessStat } from '../../lib/host/processes.ts';
import { KiB, ms } from '../../lib/model/units.ts';

/** The process of that PID as long as it runs; one that only waits to be reaped has ended. */
export async function processOf(host: HostView, pid: number): Promise<ProcessEntry | undefined> {
  const answer = await host.readFile(`/proc/${pid}/stat`, { maxBytes: 4 * KiB });
  const entry = answer.kind === 'text' ? parseProcessStat(answer.text) : undefined;
  return entry === undefined || entry.state === 'Z' || entry.state === 'X' ? undefined : entry;
}

/** Undefined: it could not be read. A process stuck in a page fault holds the lock that this waits for. */
export async function commandLineOf(host: HostView, pid: number): Promise<readonly string[] | undefined> {
  const answer = await host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 16 * KiB, deadline: ms(500) });
  return answer.kind === 'text' ? answer.text.split('\0') : undefined;
}

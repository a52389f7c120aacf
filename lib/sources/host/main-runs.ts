import type { HostView } from '../../host/host.ts';
import { parseProcessState, parseStartTicks } from '../../model/proc-stat.ts';
import { KiB, ms } from '../../model/units.ts';

/** A process for as long as it lives: its PID alone comes back. */
export interface MainRun {
  readonly pid: number;
  readonly startTicks: number;
}

async function readRun(host: HostView, pid: number): Promise<MainRun | undefined> {
  const stat = await host.readFile(`/proc/${pid}/stat`, { maxBytes: 4 * KiB, deadline: ms(500) });
  if (stat.kind !== 'text' || /^[ZX]$/.test(parseProcessState(stat.text) ?? 'X')) return undefined;
  const startTicks = parseStartTicks(stat.text);
  return startTicks === undefined ? undefined : { pid, startTicks };
}

/** All of these processes; undefined when there is none, or one of them has ended. */
export async function readRuns(host: HostView, pids: readonly number[]): Promise<readonly MainRun[] | undefined> {
  const runs = await Promise.all(pids.map((pid) => readRun(host, pid)));
  return runs.length === 0 || runs.includes(undefined) ? undefined : runs.filter((run) => run !== undefined);
}

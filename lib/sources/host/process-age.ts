import type { HostView } from '../../host/host.ts';
import { parseStartTicks } from '../../model/proc-stat.ts';
import { type Instant, KiB } from '../../model/units.ts';

export interface ProcessAge {
  readonly startTicks: number;
  readonly startedAt: Instant;
}

/** When a process started, by today's clock: comparable with the times of files unless the clock was set since. */
export async function readProcessAge(host: HostView, pid: number): Promise<ProcessAge | undefined> {
  const [stat, uptime] = await Promise.all([
    host.readFile(`/proc/${pid}/stat`, { maxBytes: 4 * KiB }),
    host.readFile('/proc/uptime'),
  ]);
  if (stat.kind !== 'text' || uptime.kind !== 'text') return undefined;
  const startTicks = parseStartTicks(stat.text);
  const up = Number.parseFloat(uptime.text);
  if (startTicks === undefined || !Number.isFinite(up)) return undefined;
  // Both count in hundredths of a second since boot.
  return { startTicks, startedAt: host.clock.now() - up * 1000 + startTicks * 10 };
}

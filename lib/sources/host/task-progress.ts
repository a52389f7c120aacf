import type { HostView, ProcessEntry } from '../../host/host.ts';
import { type Duration, KiB, ms } from '../../model/units.ts';

export const taskId = (entry: ProcessEntry): number => entry.thread ?? entry.pid;

const directoryOf = (entry: ProcessEntry): string => `/proc/${entry.pid}/task/${taskId(entry)}`;

/** None of these waits for a lock that the task can hold, unlike cmdline, environ, maps and stack. */
export async function readTaskFile(host: HostView, entry: ProcessEntry, name: 'status' | 'sched'): Promise<string> {
  const answer = await host.readFile(`${directoryOf(entry)}/${name}`, { maxBytes: 16 * KiB, deadline: ms(500) });
  return answer.kind === 'text' ? answer.text : '';
}

/** How often the task was switched off its CPU: it moves whenever the task ran at all. */
export function parseSwitches(status: string): string {
  return (status.match(/^(?:non)?voluntary_ctxt_switches:\s*\d+$/gm) ?? []).join(' ');
}

/** Milliseconds on the scheduler's clock when the task last ran (CONFIG_SCHED_DEBUG). */
function parseLastRun(sched: string): number | undefined {
  const text = /^se\.exec_start\s*:\s*([\d.]+)$/m.exec(sched)?.[1];
  return text === undefined ? undefined : Number(text);
}

/** Since when tasks did not run: the clock of the scheduler has no file of its own, but the reader itself runs now. */
export async function readIdleTimes(host: HostView, entries: readonly ProcessEntry[]): Promise<ReadonlyMap<number, Duration>> {
  const own = await host.readFile('/proc/self/sched', { maxBytes: 16 * KiB });
  const now = own.kind === 'text' ? parseLastRun(own.text) : undefined;
  const found = new Map<number, Duration>();
  if (now === undefined) return found;
  for (const entry of entries) {
    const last = parseLastRun(await readTaskFile(host, entry, 'sched'));
    if (last !== undefined && last > 0) found.set(taskId(entry), Math.max(0, now - last));
  }
  return found;
}

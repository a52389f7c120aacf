import { readdirSync, readFileSync } from 'node:fs';
import { toFailure } from './files.ts';
import type { ProcessEntry, ProcessesAnswer } from './host.ts';

const MOST = 32_768;
const PF_KTHREAD = 0x0020_0000;

/** One line of /proc/PID/stat; the name may hold spaces and parentheses, so it ends at the last `)`. */
export function parseProcessStat(line: string): ProcessEntry | undefined {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const rest = line.slice(close + 2).split(' ');
  const number = (field: number) => Number(rest[field - 3]);
  return {
    pid: Number(line.slice(0, open)),
    parent: number(4),
    name: line.slice(open + 1, close),
    state: rest[0] ?? '?',
    threads: number(20),
    cpuTicks: number(14) + number(15),
    startTicks: number(22),
    kernelThread: (number(9) & PF_KTHREAD) !== 0,
  };
}

/** As UTF-8 node reads a file in one call; in every other encoding a file of /proc costs it 64 KiB and six. */
function readStat(path: string): ProcessEntry | undefined {
  try {
    return parseProcessStat(readFileSync(path, 'utf8'));
  } catch {
    // The task ended between the listing and the read.
    return undefined;
  }
}

function threadsOf(entry: ProcessEntry): ProcessEntry[] {
  if (entry.threads <= 1) return [];
  try {
    return readdirSync(`/proc/${entry.pid}/task`)
      .filter((id) => Number(id) !== entry.pid)
      .map((id) => ({ id, task: readStat(`/proc/${entry.pid}/task/${id}/stat`) }))
      .flatMap(({ id, task }) => (task === undefined ? [] : [{ ...task, pid: entry.pid, thread: Number(id) }]));
  } catch {
    return [];
  }
}

/**
 * Synchronous on purpose: /proc/PID/stat takes no lock that a stuck process can hold (unlike cmdline and environ, which
 * wait for mmap_lock), and 1,000 asynchronous reads would cost ten times the CPU.
 */
export function readProcesses(threads: boolean): ProcessesAnswer {
  const entries: ProcessEntry[] = [];
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch (error) {
    return toFailure(error);
  }
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const entry = readStat(`/proc/${name}/stat`);
    if (entry === undefined) continue;
    entries.push(entry);
    if (threads && !entry.kernelThread) entries.push(...threadsOf(entry));
    if (entries.length >= MOST) return { kind: 'processes', entries, truncated: true };
  }
  return { kind: 'processes', entries, truncated: false };
}

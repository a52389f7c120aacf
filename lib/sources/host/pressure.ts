import type { FileAnswer, HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { type Bytes, KiB, seconds } from '../../model/units.ts';

/** Share of time in which tasks waited, in percent, over the last 10, 60 and 300 s. */
export interface Stall {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  /** Microseconds since boot. */
  readonly total: number;
}

/** `full`: all non-idle tasks waited at once. Kernels before 5.13 have none for the CPU. */
export interface ResourcePressure {
  readonly some: Stall;
  readonly full?: Stall;
}

/** `unavailable` never means "no pressure". */
export type StallInformation =
  | {
      readonly kind: 'measured';
      readonly cpu: ResourcePressure;
      readonly memory: ResourcePressure;
      readonly io: ResourcePressure;
    }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface Load {
  readonly avg1: number;
  readonly avg5: number;
  readonly avg15: number;
  /** Tasks, threads included. */
  readonly tasks: number;
}

/** How hard the node is pressed. What could not be read is absent. */
export interface Pressure {
  readonly stall: StallInformation;
  readonly load?: Load;
  /** Tasks running or waiting for a CPU. */
  readonly runnable?: number;
  /** Tasks that wait for I/O. */
  readonly blocked?: number;
  /** CPUs online. */
  readonly processors?: number;
  readonly memoryTotal?: Bytes;
  readonly memoryAvailable?: Bytes;
}

function parseStall(line: string | undefined): Stall | undefined {
  const match = /^\w+ avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)$/.exec(line ?? '');
  if (match === null) return undefined;
  const [, avg10, avg60, avg300, total] = match;
  return { avg10: Number(avg10), avg60: Number(avg60), avg300: Number(avg300), total: Number(total) };
}

/** One file of /proc/pressure. */
export function parsePressure(text: string): ResourcePressure | undefined {
  const lines = text.split('\n');
  const some = parseStall(lines.find((line) => line.startsWith('some ')));
  const full = parseStall(lines.find((line) => line.startsWith('full ')));
  if (some === undefined) return undefined;
  return full === undefined ? { some } : { some, full };
}

export function parseLoadavg(text: string): Load | undefined {
  const match = /^([\d.]+) ([\d.]+) ([\d.]+) \d+\/(\d+) \d+/.exec(text);
  if (match === null) return undefined;
  const [, avg1, avg5, avg15, tasks] = match;
  return { avg1: Number(avg1), avg5: Number(avg5), avg15: Number(avg15), tasks: Number(tasks) };
}

type Counts = Pick<Pressure, 'runnable' | 'blocked' | 'processors'>;

/** The counts of /proc/stat: CPUs online, tasks running and blocked. */
export function parseStatCounts(text: string): Counts {
  const runnable = /^procs_running (\d+)$/m.exec(text)?.[1];
  const blocked = /^procs_blocked (\d+)$/m.exec(text)?.[1];
  const processors = text.match(/^cpu\d+ /gm)?.length;
  return {
    ...(runnable === undefined ? {} : { runnable: Number(runnable) }),
    ...(blocked === undefined ? {} : { blocked: Number(blocked) }),
    ...(processors === undefined ? {} : { processors }),
  };
}

/** MemTotal and MemAvailable of /proc/meminfo. */
export function parseMemory(text: string): Pick<Pressure, 'memoryTotal' | 'memoryAvailable'> {
  const total = /^MemTotal:\s+(\d+) kB$/m.exec(text)?.[1];
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return {
    ...(total === undefined ? {} : { memoryTotal: Number(total) * KiB }),
    ...(available === undefined ? {} : { memoryAvailable: Number(available) * KiB }),
  };
}

function explain(answer: Exclude<FileAnswer, { kind: 'text' }>): string {
  if (answer.kind === 'missing') return 'the kernel has no pressure stall information (Linux 4.20, CONFIG_PSI)';
  // Kernels with CONFIG_PSI_DEFAULT_DISABLED (RHEL 8 and 9) have the files, and refuse to read them.
  if (answer.kind === 'failed' && /^E(OPNOT|NOT)SUPP?$/.test(answer.code)) return 'the kernel was booted without psi=1';
  return `/proc/pressure: ${explainPathFailure(answer)}`;
}

async function readStall(host: HostView): Promise<StallInformation> {
  const answers = await Promise.all(['cpu', 'memory', 'io'].map((name) => host.readFile(`/proc/pressure/${name}`)));
  const parsed: ResourcePressure[] = [];
  for (const answer of answers) {
    if (answer.kind !== 'text') return { kind: 'unavailable', why: explain(answer) };
    const pressure = parsePressure(answer.text);
    if (pressure !== undefined) parsed.push(pressure);
  }
  const [cpu, memory, io] = parsed;
  if (cpu === undefined || memory === undefined || io === undefined) {
    return { kind: 'unavailable', why: '/proc/pressure has an unknown format' };
  }
  return { kind: 'measured', cpu, memory, io };
}

const textOf = (answer: FileAnswer): string => (answer.kind === 'text' ? answer.text : '');

async function readPressure(host: HostView): Promise<Pressure> {
  const [stall, loadavg, stat, meminfo] = await Promise.all([
    readStall(host),
    host.readFile('/proc/loadavg'),
    host.readFile('/proc/stat'),
    host.readFile('/proc/meminfo'),
  ]);
  const load = parseLoadavg(textOf(loadavg));
  return {
    stall,
    ...(load === undefined ? {} : { load }),
    ...parseStatCounts(textOf(stat)),
    ...parseMemory(textOf(meminfo)),
  };
}

export const pressure = defineSource<Pressure>({ id: 'pressure', deadline: seconds(3), read: readPressure });

import type { FlightMeasure, FlightSample } from '../model/flight.ts';
import { formatBytes, formatDuration } from '../model/quantity.ts';
import { MiB, minutes, seconds } from '../model/units.ts';

/** How a boot ended, as far as its last records tell. */
export interface LastWords {
  /** The agent was stopped in order, so the host most likely was too. */
  readonly inOrder: boolean;
  /** What stood out in the last minutes, the likeliest cause of death first; empty: nothing did. */
  readonly signs: readonly string[];
}

const WINDOW = minutes(5);
const EVERY = seconds(10);

/** The records of the last boot that is not the present one, the oldest first. */
export function formerBoot(samples: readonly FlightSample[], present: string): readonly FlightSample[] {
  const boot = samples.findLast((sample) => sample.boot !== present)?.boot;
  return samples.filter((sample) => sample.boot === boot && boot !== present);
}

type Look = (name: FlightMeasure) => { readonly least: number; readonly most: number; readonly last: number } | undefined;

function lookAt(samples: readonly FlightSample[]): Look {
  return (name) => {
    const values = samples.flatMap((sample) => sample[name] ?? []);
    const last = values.at(-1);
    return last === undefined ? undefined : { least: Math.min(...values), most: Math.max(...values), last };
  };
}

const percent = (value: number) => `${Math.round(value)} %`;

function memorySign(look: Look): string | undefined {
  const available = look('memoryAvailable');
  const full = look('memoryFull');
  const scarce = available !== undefined && available.least < 100 * MiB;
  const stalled = full !== undefined && full.most >= 10;
  if (!scarce && !stalled) return undefined;
  const left = available === undefined ? '' : `, ${formatBytes(available.least)} were available at the least`;
  const waiting = full === undefined ? '' : `, all tasks waited for memory ${percent(full.most)} of the time`;
  return `memory ran out${left}${waiting}`;
}

function diskSigns(look: Look): string[] {
  const storage = look('ioFull');
  const tasks = look('blockedTasks');
  const signs: string[] = [];
  if ((storage !== undefined && storage.most >= 50) || (tasks !== undefined && tasks.most >= 10)) {
    const waited = storage === undefined ? '' : `, all tasks waited for IO ${percent(storage.most)} of the time`;
    signs.push(`storage answered slowly or not at all: ${tasks?.most ?? 'unknown'} tasks in uninterruptible sleep${waited}`);
  }
  for (const [name, bytes, inodes] of [
    ['nodefs', look('nodefsBytes'), look('nodefsInodes')],
    ['imagefs', look('imagefsBytes'), look('imagefsInodes')],
  ] as const) {
    if (bytes !== undefined && bytes.least < 100 * MiB)
      signs.push(`${name} was full: ${formatBytes(bytes.least)} were available`);
    if (inodes !== undefined && inodes.least < 1000) signs.push(`${name} had ${inodes.least} inodes left`);
  }
  return signs;
}

function daemonSigns(look: Look): string[] {
  const cpu = look('cpuSome');
  const load = look('load1');
  const relist = look('relistAge');
  const api = look('apiLatency');
  const signs: string[] = [];
  if (cpu !== undefined && cpu.most >= 80) {
    signs.push(
      `tasks waited for a CPU ${percent(cpu.most)} of the time${load === undefined ? '' : `, load ${load.most.toFixed(1)}`}`,
    );
  }
  if (relist !== undefined && relist.last >= seconds(45))
    signs.push(`the kubelet had not relisted for ${formatDuration(relist.last)}`);
  if (api !== undefined && api.most >= 1000) signs.push(`the API server took up to ${formatDuration(api.most)} to answer`);
  return signs;
}

/** A record is late only if the node let the agent wait: it was starved before it died. */
function silence(samples: readonly FlightSample[]): string | undefined {
  const gaps = samples.slice(1).map((sample, index) => sample.up - (samples[index]?.up ?? sample.up));
  const longest = Math.max(0, ...gaps);
  return longest < 3 * EVERY ? undefined : `the agent itself was starved: up to ${formatDuration(longest)} between two records`;
}

/** Reads the last minutes of a boot; `samples` are its own, the oldest first. */
export function lastWords(samples: readonly FlightSample[]): LastWords {
  const last = samples.at(-1);
  const late = samples.filter(({ up }) => last !== undefined && last.up - up <= WINDOW);
  const look = lookAt(late);
  const signs = [memorySign(look), ...diskSigns(look), ...daemonSigns(look), silence(late)];
  return { inOrder: last?.mark === 'stopped', signs: signs.filter((sign) => sign !== undefined) };
}

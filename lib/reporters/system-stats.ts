import type { Family } from './prometheus.ts';
import { cpuStats } from './stats-cpu.ts';
import { type DiskReading, diskStats } from './stats-disk.ts';
import { memoryStats } from './stats-memory.ts';
import { netStats } from './stats-net.ts';
import { alone, gaugeOf, type Stat, type StatsTexts } from './stats-reading.ts';

export interface StatsReading {
  readonly texts: StatsTexts;
  readonly disk: DiskReading;
  readonly kernel: string;
  /** `debian 12 (bookworm)`. */
  readonly system: string;
}

export interface StatsWish {
  /** `cpu/load_1m` → the name it is given. */
  readonly metrics: ReadonlyMap<string, string>;
  readonly isInterfaceWanted: (name: string) => boolean;
}

/** As OpenCensus makes a name of a path. */
const metricName = (displayed: string): string => displayed.replace(/^(?=\d)/, '_').replace(/[^A-Za-z0-9_:]/g, '_');

function hostStats({ texts: { uptime = '' }, kernel, system }: StatsReading): readonly Stat[] {
  const seconds = Math.floor(Number.parseFloat(uptime));
  const labels = { kernel_version: kernel, os_version: system };
  const samples = alone(seconds).map(({ value }) => ({ labels, value }));
  return [gaugeOf('host/uptime', 'The uptime of the operating system', samples)];
}

/** A node of 256 cores has 2,560 of them. */
const MOST_SAMPLES = 8192;

/** What a system-stats-monitor file asks for, of what the kernel tells without being slowed down. */
export function statsFamilies(reading: StatsReading, wish: StatsWish): readonly Family[] {
  const all = [
    ...cpuStats(reading.texts),
    ...memoryStats(reading.texts),
    ...diskStats(reading.disk),
    ...hostStats(reading),
    ...netStats(reading.texts, wish.isInterfaceWanted),
  ];
  return all.flatMap(({ id, ...stat }) => {
    const displayed = wish.metrics.get(id);
    return displayed === undefined ? [] : [{ ...stat, name: metricName(displayed), most: MOST_SAMPLES }];
  });
}

/** What a file asks for and nobody serves. */
export function unservedStats(metrics: ReadonlyMap<string, string>): readonly string[] {
  const nothing: StatsReading = { texts: {}, disk: { now: 0, lines: [], usage: [] }, kernel: '', system: '' };
  const served = new Set(statsFamilies(nothing, { metrics, isInterfaceWanted: () => false }).map(({ name }) => name));
  return [...metrics].filter(([, displayed]) => !served.has(metricName(displayed))).map(([id]) => id);
}

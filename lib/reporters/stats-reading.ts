import type { Sample } from './prometheus.ts';

/** What the kernel says, as text; absent: it could not be read. */
export interface StatsTexts {
  /** /proc/stat */
  readonly stat?: string | undefined;
  readonly loadavg?: string | undefined;
  readonly meminfo?: string | undefined;
  readonly uptime?: string | undefined;
  readonly diskstats?: string | undefined;
  /** /proc/net/dev */
  readonly netDev?: string | undefined;
}

/** One metric of node-problem-detector's system-stats-monitor. */
export interface Stat {
  /** `cpu/load_1m`. */
  readonly id: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

/** The kernel's clock tick in user space: USER_HZ, 100 on every architecture that runs containers. */
export const TICKS = 100;

export const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

export const gaugeOf = (id: string, help: string, samples: readonly Sample[]): Stat => ({ id, help, type: 'gauge', samples });
export const counterOf = (id: string, help: string, samples: readonly Sample[]): Stat => ({ id, help, type: 'counter', samples });

export const alone = (value: number | undefined): readonly Sample[] => (isNumber(value) ? [{ value }] : []);

import type { Duration } from '../model/units.ts';
import { counterOf, gaugeOf, isNumber, type Stat } from './stats-reading.ts';

/** A line of /proc/diskstats (Documentation/admin-guide/iostats.rst); times in ms, sizes in sectors of 512 bytes. */
export interface DiskLine {
  readonly device: string;
  readonly values: readonly number[];
}

/** A mounted block device, and how full it is. */
export interface DiskUsage {
  readonly device: string;
  readonly type: string;
  readonly options: string;
  readonly used: number;
  /** For an unprivileged user. */
  readonly free: number;
}

/** The sample before, for what is an average over the time between. */
export interface DiskSample {
  readonly at: Duration;
  readonly weighted: ReadonlyMap<string, number>;
}

const COLUMN = {
  reads: 0,
  readsMerged: 1,
  sectorsRead: 2,
  readTime: 3,
  writes: 4,
  writesMerged: 5,
  sectorsWritten: 6,
  writeTime: 7,
};
const IO_TIME = 9;
const WEIGHTED = 10;
const SECTOR = 512;

export function parseDiskstats(text: string): readonly DiskLine[] {
  return text.split('\n').flatMap((line) => {
    const [, , device, ...values] = line.trim().split(/\s+/);
    return device === undefined || values.length <= WEIGHTED ? [] : [{ device, values: values.map(Number) }];
  });
}

export const sampleOf = (at: Duration, lines: readonly DiskLine[]): DiskSample => ({
  at,
  weighted: new Map(lines.map(({ device, values }) => [device, values[WEIGHTED] ?? 0])),
});

const labelOf = (device: string) => ({ device_name: device });

function column(lines: readonly DiskLine[], index: number) {
  return lines.flatMap(({ device, values }) => {
    const value = values[index];
    return isNumber(value) ? [{ labels: labelOf(device), value }] : [];
  });
}

function directions(lines: readonly DiskLine[], read: number, write: number, scale = 1) {
  return lines.flatMap(({ device, values }) =>
    [
      { direction: 'read', value: values[read] },
      { direction: 'write', value: values[write] },
    ].flatMap(({ direction, value }) =>
      isNumber(value) ? [{ labels: { ...labelOf(device), direction }, value: value * scale }] : [],
    ),
  );
}

function queueLengths(lines: readonly DiskLine[], now: Duration, before: DiskSample | undefined) {
  const passed = before === undefined ? 0 : now - before.at;
  if (before === undefined || passed <= 0) return [];
  return lines.flatMap(({ device, values }) => {
    const [last, present] = [before.weighted.get(device), values[WEIGHTED]];
    // A device that was taken out and put in again counts anew.
    return isNumber(last) && isNumber(present) && present >= last
      ? [{ labels: labelOf(device), value: (present - last) / passed }]
      : [];
  });
}

export interface DiskReading {
  readonly now: Duration;
  readonly lines: readonly DiskLine[];
  readonly usage: readonly DiskUsage[];
  readonly before?: DiskSample | undefined;
}

export function diskStats({ now, lines, usage, before }: DiskReading): readonly Stat[] {
  const { reads, writes, readsMerged, writesMerged, sectorsRead, sectorsWritten, readTime, writeTime } = COLUMN;
  const bytes = usage.flatMap(({ device, type, options, used, free }) =>
    Object.entries({ free, used }).map(([state, value]) => ({
      labels: { ...labelOf(device), fs_type: type, mount_option: options, state },
      value,
    })),
  );
  const percent = usage
    .filter(({ used, free }) => used + free > 0)
    .map(({ device, used, free }) => ({ labels: labelOf(device), value: (100 * used) / (used + free) }));
  return [
    counterOf('disk/io_time', 'The IO time spent on the disk, in ms', column(lines, IO_TIME)),
    counterOf('disk/weighted_io', 'The weighted IO on the disk, in ms', column(lines, WEIGHTED)),
    gaugeOf('disk/avg_queue_len', 'The average queue length on the disk', queueLengths(lines, now, before)),
    counterOf('disk/operation_count', 'Disk operations count', directions(lines, reads, writes)),
    counterOf('disk/merged_operation_count', 'Disk merged operations count', directions(lines, readsMerged, writesMerged)),
    counterOf(
      'disk/operation_bytes_count',
      'Bytes transferred in disk operations',
      directions(lines, sectorsRead, sectorsWritten, SECTOR),
    ),
    counterOf('disk/operation_time', 'Time spent in disk operations, in ms', directions(lines, readTime, writeTime)),
    gaugeOf('disk/bytes_used', 'Disk bytes used, in Bytes', bytes),
    gaugeOf('disk/percent_used', 'Disk usage in percentage of total space', percent),
  ];
}

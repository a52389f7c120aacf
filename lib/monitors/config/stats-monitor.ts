import type { Duration } from '../../model/units.ts';
import { compilePattern, Regexp } from '../regexp/regexp.ts';
import { readDuration } from './clearing.ts';
import type { Fields } from './fields.ts';

/** A systemStatsMonitor: which of its metrics are wanted, and under which names. */
export interface StatsMonitor {
  readonly kind: 'stats';
  readonly file: string;
  readonly interval: Duration;
  /** `cpu/load_1m` → the name it is given. */
  readonly metrics: ReadonlyMap<string, string>;
  /** Interfaces that are left out; absent: none. */
  readonly exclude?: Regexp;
  /** Whole disks, and mounted partitions. */
  readonly disks: { readonly root: boolean; readonly attached: boolean };
}

const SECTIONS = ['cpu', 'disk', 'host', 'memory', 'osFeature', 'net'];

export const isStats = (fields: Fields): boolean => SECTIONS.some((name) => fields.get(name) !== undefined);

function readExclude(fields: Fields): Regexp | undefined {
  const field = fields.get('net')?.fields().get('excludeInterfaceRegexp');
  const text = field?.text() ?? '';
  if (text === '') return undefined;
  const pattern = compilePattern(text);
  return pattern instanceof Regexp
    ? pattern
    : field?.problem(`${pattern.message}, at character ${pattern.column} of the pattern`);
}

export function readStatsMonitor(file: string, fields: Fields): StatsMonitor {
  const intervalField = fields.get('invokeInterval');
  const interval = readDuration(intervalField) ?? 60_000;
  if (interval <= 0) intervalField?.expected('a duration of more than 0');
  const metrics = new Map<string, string>();
  for (const section of SECTIONS) {
    const configs = fields.get(section)?.fields().get('metricsConfigs')?.fields().all() ?? new Map();
    for (const [name, field] of configs) {
      const displayed = field.fields().get('displayName')?.text() ?? '';
      if (displayed !== '') metrics.set(name, displayed);
    }
  }
  const disk = fields.get('disk')?.fields();
  const flag = (name: string) => disk?.get(name)?.truth() ?? false;
  const disks = { root: flag('includeRootBlk'), attached: flag('includeAllAttachedBlk') };
  const exclude = readExclude(fields);
  return { kind: 'stats', file, interval, metrics, disks, ...(exclude === undefined ? {} : { exclude }) };
}

import type { Duration } from '../../model/units.ts';
import { readDuration } from './clearing.ts';
import type { Fields } from './fields.ts';

/** A systemStatsMonitor: which of its metrics are wanted, and under which names. */
export interface StatsMonitor {
  readonly kind: 'stats';
  readonly file: string;
  readonly interval: Duration;
  /** `cpu/load_1m` → the name it is given. */
  readonly metrics: ReadonlyMap<string, string>;
  readonly excludeInterfaces: string;
}

const SECTIONS = ['cpu', 'disk', 'host', 'memory', 'osFeature', 'net'];

export const isStats = (fields: Fields): boolean => SECTIONS.some((name) => fields.get(name) !== undefined);

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
  const excludeInterfaces = fields.get('net')?.fields().get('excludeInterfaceRegexp')?.text() ?? '';
  return { kind: 'stats', file, interval, metrics, excludeInterfaces };
}

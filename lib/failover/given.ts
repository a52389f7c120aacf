import { parseDuration } from '../model/quantity.ts';

export type Unit = 'duration' | 'rate' | 'share' | 'count';

export const PARSE: Readonly<Record<Unit, (text: string) => number | undefined>> = {
  duration: parseDuration,
  rate: parseNumber,
  share: parseNumber,
  count: parseNumber,
};

function parseNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

/** Flags that a person may state, and what kind of value each takes. */
export const GIVABLE: Readonly<Record<string, Unit>> = {
  'node-monitor-period': 'duration',
  'node-monitor-grace-period': 'duration',
  'pod-eviction-timeout': 'duration',
  'node-eviction-rate': 'rate',
  'secondary-node-eviction-rate': 'rate',
  'unhealthy-zone-threshold': 'share',
  'large-cluster-size-threshold': 'count',
  'default-not-ready-toleration-seconds': 'count',
  'default-unreachable-toleration-seconds': 'count',
};

/** Undefined: as it should be; else what is wrong with `NAME=VALUE`. */
export function refuseGiven(name: string, value: string): string | undefined {
  const unit = GIVABLE[name];
  if (unit === undefined) return `${name} is none of ${Object.keys(GIVABLE).join(', ')}`;
  const parsed = PARSE[unit](value);
  if (parsed !== undefined && parsed >= 0) return undefined;
  return `${name}=${value}: expected ${unit === 'duration' ? 'a duration as 40s' : 'a number'}`;
}

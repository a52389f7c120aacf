/** How close a count is to its limit. `near` → warning, `exhausted` → critical. */
export type Nearness = 'clear' | 'near' | 'exhausted';

export interface LimitRatios {
  readonly warnAt: number;
  readonly criticalAt: number;
}

export function nearness(used: number, limit: number, { warnAt, criticalAt }: LimitRatios): Nearness {
  if (used >= limit * criticalAt) return 'exhausted';
  return used >= limit * warnAt ? 'near' : 'clear';
}

/** Share for a person: `91 %`; rounded down, so that 100 % means all of it. */
export function formatShare(used: number, limit: number): string {
  const percent = (used / limit) * 100;
  return `${percent > 0 && percent < 1 ? '< 1' : Math.floor(percent)} %`;
}

import type { Share } from '../model/fleet.ts';
import type { Duration } from '../model/units.ts';

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Exactly this duration as Go reads it: `1h30m`, `90s` becomes `1m30s`. */
export function formatGoDuration(duration: Duration): string {
  let rest = duration;
  let text = '';
  for (const [unit, size] of UNITS) {
    const amount = unit === 'ms' ? rest : Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === '' ? '0s' : text;
}

export function parseRatio(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) / 100;
}

/** `0.1` as `10%`, without the digits that binary fractions add. */
export function formatRatio(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(12))}%`;
}

export function parseShare(text: string): Share | undefined {
  const both = /^max\(\s*(\d+)\s*,\s*([^)]*?)\s*\)$/.exec(text.trim());
  const ratio = parseRatio(both?.[2] ?? text);
  if (ratio !== undefined && ratio > 1) return undefined;
  if (both !== null) return ratio === undefined ? undefined : { count: Number(both[1]), ratio };
  if (ratio !== undefined) return { count: 0, ratio };
  return /^\d+$/.test(text.trim()) ? { count: Number(text), ratio: 0 } : undefined;
}

export function formatShare({ count, ratio }: Share): string | number {
  if (ratio === 0) return count;
  return count === 0 ? formatRatio(ratio) : `max(${count}, ${formatRatio(ratio)})`;
}

import { availableParallelism, loadavg } from 'node:os';

/** Nearest-rank quantile; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** `least 390, median 412, p95 530, most 611 ms`. */
export function describeTimes(values: readonly number[]): string {
  const [least, median, p95, most] = [0, 0.5, 0.95, 1].map((q) => quantile(values, q).toFixed(0));
  return `least ${least}, median ${median}, p95 ${p95}, most ${most} ms`;
}

/** A time without it is worth nothing on a machine that others use, too. */
export function describeLoad(): string {
  return `load ${loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')} on ${availableParallelism()} CPUs`;
}

/** How often each value occurs, the most frequent first: `0 × 198, 1 × 2`. */
export function countEach(values: readonly (string | number | null)[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([value, count]) => `${value} × ${count}`).join(', ') || 'none';
}

/** Least squares: how much y grows with one x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([one]) => one), mean(([, one]) => one)];
  const spread = points.reduce((sum, [one]) => sum + (one - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread;
}

import type { Budget } from '../objects.ts';

const share = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * of);

/** Even with one pod more than now, all of them ready, it would let none go: an eviction is refused for ever. */
export function neverAllowsOneMore({ spec, status }: Budget): boolean {
  const expected = (status?.expectedPods ?? 0) + 1;
  if (status?.expectedPods === undefined || spec === undefined) return false;
  // The disruption controller rounds up in both.
  if (spec.maxUnavailable !== undefined) return share(spec.maxUnavailable, expected) <= 0;
  return spec.minAvailable !== undefined && share(spec.minAvailable, expected) >= expected;
}

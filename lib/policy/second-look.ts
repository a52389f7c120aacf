import type { SeenFleet } from '../model/fleet.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';

/** Checks find the same thing at times that differ by their interval and by what they wait for. */
const SAME_MOMENT = seconds(30);
const HEARD = minutes(10);
/** Long enough for the others' checks to be certain, and for their Leases to be written. */
const SETTLE = seconds(5);
const MOST_WAITS = 3;

/** What the looks before this one came to. */
export interface Company {
  /** Other nodes whose trouble began in the same moment as ours. */
  readonly nodes: number;
  readonly waits: number;
}

/**
 * Of nodes that break in the same second each would be the first to look, and see none of the others. So one looks again right
 * before the first step; where others have broken in the same moment he waits a little, and longer as long as they become more.
 * Whoever is alone waits for nothing. Undefined: go on.
 */
export function awaitCompany(
  { at, others }: Pick<SeenFleet, 'at' | 'others'>,
  stood: Duration,
  before: Company = { nodes: 0, waits: 0 },
): { readonly wait: Duration; readonly company: Company } | undefined {
  const began = at - stood;
  const nodes = others.filter(
    ({ since, seenAt }) => Math.abs(since - began) <= SAME_MOMENT && Math.abs(at - seenAt) <= HEARD,
  ).length;
  if (nodes <= before.nodes || before.waits >= MOST_WAITS) return undefined;
  return { wait: SETTLE, company: { nodes, waits: before.waits + 1 } };
}

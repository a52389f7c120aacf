import { fnv1a } from '../../model/short-name.ts';
import type { Duration } from '../../model/units.ts';

/** The same node always waits the same time, and a fleet spreads evenly. */
export const jitter = (node: string, most: Duration): Duration => fnv1a(node) % most;

import type { Disruption } from './remedy.ts';

/** Least first. */
export const DISRUPTION_RANK: Readonly<Record<Disruption, number>> = { none: 0, local: 1, workload: 2, node: 3 };

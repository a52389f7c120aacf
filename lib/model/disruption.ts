import type { Disruption } from './remedy.ts';

/** Least first. */
export const DISRUPTION_RANK: Readonly<Record<Disruption, number>> = { none: 0, local: 1, workload: 2, node: 3 };

/** Whether work on this node suffers. */
export const isDisruptive = (disruption: Disruption): boolean => DISRUPTION_RANK[disruption] >= DISRUPTION_RANK.workload;

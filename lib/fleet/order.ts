import type { FleetNode } from './fleet-node.ts';

const natural = new Intl.Collator('en', { numeric: true });
const byName = (a: FleetNode, b: FleetNode): number => natural.compare(a.name, b.name);

/** A node of which nothing is heard and that is not Ready is dead: only one that says itself that it is critical stands before it. */
function rank({ health, ready, reporting, report }: FleetNode): number {
  if (health === 'Critical') return 0;
  if (ready !== 'True') return 1;
  if (health === 'Degraded') return 2;
  if (reporting === 'stale' || reporting === 'unreadable') return 3;
  if (health === 'Unknown') return 4;
  return (report?.problems.length ?? 0) > 0 ? 5 : 6;
}

/** Of two with the same health: the one that was given up, then the one with more problems. */
function weight({ report }: FleetNode): number {
  const problems = report?.problems ?? [];
  const givenUp = problems.some(({ exhausted }) => exhausted) ? 1000 : 0;
  return givenUp + problems.filter(({ severity }) => severity !== 'notice').length + (report?.more ?? 0);
}

/** Of the signal that is nearest to its threshold; without signals there is nothing to fear from them. */
function leastHeadroom({ report }: FleetNode): number | undefined {
  const ratios = (report?.signals ?? []).map(({ ratio }) => ratio);
  return ratios.length === 0 ? undefined : Math.min(...ratios);
}

type Compare = (a: FleetNode, b: FleetNode) => number;

const last = Number.POSITIVE_INFINITY;
const difference = (a: number, b: number): number => (a === b ? 0 : a - b);

const worst: Compare = (a, b) => difference(rank(a), rank(b)) || difference(weight(b), weight(a)) || byName(a, b);

const ORDERS: Readonly<Record<string, Compare>> = {
  worst,
  name: byName,
  zone: (a, b) => natural.compare(a.zone, b.zone) || worst(a, b),
  age: (a, b) => difference(b.age ?? last, a.age ?? last) || byName(a, b),
  headroom: (a, b) => difference(leastHeadroom(a) ?? last, leastHeadroom(b) ?? last) || byName(a, b),
  version: (a, b) => natural.compare(a.report?.version ?? '', b.report?.version ?? '') || worst(a, b),
};

export const SORTS: readonly string[] = Object.keys(ORDERS);

/** `sort`: one of SORTS. */
export const sorted = (nodes: readonly FleetNode[], sort: string): readonly FleetNode[] => nodes.toSorted(ORDERS[sort] ?? worst);

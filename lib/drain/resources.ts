import { parseQuantity } from '../model/quantity.ts';
import type { Container, Node, Pod } from './objects.ts';

/** Resource name → cores, bytes or pieces. */
export type Amounts = Readonly<Record<string, number>>;

function amountsOf(quantities: Readonly<Record<string, string | number>> | undefined): Amounts {
  const parsed = Object.entries(quantities ?? {}).map(([name, value]) => [name, parseQuantity(String(value)) ?? 0] as const);
  return Object.fromEntries(parsed);
}

function combine(a: Amounts, b: Amounts, how: (x: number, y: number) => number): Amounts {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, how(a[name] ?? 0, b[name] ?? 0)]));
}
export const plus = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x + y);
const most = (a: Amounts, b: Amounts): Amounts => combine(a, b, Math.max);

const requestsOf = ({ resources }: Container): Amounts => amountsOf(resources?.requests);

/**
 * What the scheduler sets aside for a pod (k8s.io/component-helpers/resource PodRequests): its containers and sidecars together, or
 * its hungriest init container beside the sidecars that run by then; and the overhead of its runtime class.
 */
export function podRequests({ spec = {} }: Pod): Amounts {
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = requestsOf(container);
    if (container.restartPolicy === 'Always') sidecars = plus(sidecars, own);
    starting = most(starting, container.restartPolicy === 'Always' ? sidecars : plus(sidecars, own));
  }
  const running = (spec.containers ?? []).map(requestsOf).reduce(plus, sidecars);
  return { ...plus(most(running, starting), amountsOf(spec.overhead)), pods: 1 };
}

export const allocatableOf = ({ status }: Node): Amounts => amountsOf(status?.allocatable);

export interface Shortage {
  readonly resource: string;
  readonly needs: number;
  readonly free: number;
}

/** Room for rounding: sums of thousandths are not exact. */
const EPSILON = 1e-6;

/** What a node lacks for a pod; empty: it has room. A resource that nobody asks for is not looked at. */
export function shortagesOf(needs: Amounts, allocatable: Amounts, used: Amounts): readonly Shortage[] {
  return Object.entries(needs)
    .map(([resource, amount]) => ({ resource, needs: amount, free: (allocatable[resource] ?? 0) - (used[resource] ?? 0) }))
    .filter((one) => one.needs > 0 && one.needs > one.free + EPSILON);
}

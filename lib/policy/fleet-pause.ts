import type { SeenFleet } from '../model/fleet.ts';
import type { Hold } from '../model/guard.ts';
import { type Duration, ms, seconds } from '../model/units.ts';

const SHORTEST = seconds(15);
const LONGEST = seconds(120);
/** A list of 5,000 Leases is twenty pages: all who wait for the breaker together read some ten lists in a second, and no more. */
const PER_NODE = ms(100);
const LONGEST_OF_ALL = seconds(600);
/** Of who waits for his turn, at first. */
const NEWCOMER = seconds(60);

type Crowd = Pick<SeenFleet, 'others' | 'complete'>;

/** While the breaker is open nothing is to be missed: less and less often. */
const whileOpen = (last: Duration | undefined, crowd: Duration) =>
  last === undefined ? SHORTEST : Math.min(2 * last, LONGEST_OF_ALL, Math.max(LONGEST, crowd));

/** A turn goes to who looks first when it is free: the longer one waits, the more often he looks, and newcomers do not overtake him. */
const whileWaiting = (last: Duration | undefined, crowd: Duration) =>
  Math.max(SHORTEST, crowd, last === undefined ? NEWCOMER : Math.min(NEWCOMER, 0.75 * last));

/**
 * What held is not asked again at once: a fleet in trouble must not become load on its API server. `last`: the pause before; none
 * yet: undefined. The more nodes are in trouble, the longer each of them rests.
 */
export function nextPause(last: Duration | undefined, { others, complete }: Crowd, holds: readonly Hold[]): Duration {
  const crowd = complete ? Math.min(LONGEST_OF_ALL, others.length * PER_NODE) : LONGEST_OF_ALL;
  const waits = holds.every(({ id }) => id === 'fleet-budget' || id === 'control-plane');
  return waits ? whileWaiting(last, crowd) : whileOpen(last, crowd);
}

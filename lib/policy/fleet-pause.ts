import type { FleetView } from '../model/fleet.ts';
import { type Duration, ms, seconds } from '../model/units.ts';

const FIRST = seconds(15);
const LONGEST = seconds(120);
/** A list of 5,000 Leases is twenty pages: all who wait for the breaker together read some ten lists in a second, and no more. */
const PER_NODE = ms(100);
const LONGEST_OF_ALL = seconds(600);

/**
 * What held is not asked again at once: a fleet in trouble must not become load on its API server. `last`: the pause before; none
 * yet: undefined. The more nodes wait, the longer each of them.
 */
export function nextPause(
  last: Duration | undefined,
  view: Pick<Extract<FleetView, { kind: 'seen' }>, 'others' | 'complete'>,
): Duration {
  if (last === undefined) return FIRST;
  const crowd = view.complete ? view.others.length * PER_NODE : LONGEST_OF_ALL;
  return Math.min(2 * last, LONGEST_OF_ALL, Math.max(LONGEST, crowd));
}

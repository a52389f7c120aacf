import type { Duration } from '../lib/model/units.ts';
import { seconds } from '../lib/model/units.ts';

/**
 * What is due at about the same time is done at the same time: it shares what is read, and wakes an idle processor once. The runtime's
 * own beat, because nothing is looked at more often.
 */
export const BEAT: Duration = seconds(10) / 3;
/** How much earlier or later than it was due, as a share of the pause. */
const SHIFT = 0.15;

/**
 * The pause that ends on a beat of the node's own, where one is near enough. The beats begin with the agent, so that those of a fleet
 * fall apart. What must be looked at soon again does not wait for them. `most`: what the pause may become.
 */
export function onBeat(pause: Duration, now: Duration, most: Duration = Number.POSITIVE_INFINITY): Duration {
  const due = now + pause;
  const shift = Math.round(due / BEAT) * BEAT - due;
  return Math.abs(shift) <= pause * SHIFT && pause + shift <= most ? pause + shift : pause;
}

import type { Duration } from '../lib/model/units.ts';
import { seconds } from '../lib/model/units.ts';

/** What is due at about the same time is done at the same time: it shares what is read, and wakes an idle processor once. */
const BEAT: Duration = seconds(5);
/** How much earlier or later than it was due, as a share of the pause. */
const SHIFT = 0.15;

/**
 * The pause that ends on a beat of the node's own, where one is near enough. The beats begin with the agent, so that those of a fleet
 * fall apart. What must be looked at soon again does not wait for them.
 */
export function onBeat(pause: Duration, now: Duration): Duration {
  const due = now + pause;
  const nearest = Math.round(due / BEAT) * BEAT;
  return Math.abs(nearest - due) <= pause * SHIFT ? Math.max(0, nearest - now) : pause;
}

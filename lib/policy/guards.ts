import { minutes } from '../model/units.ts';

const SETTLED_AFTER = minutes(5);

export interface GuardFacts {
  readonly uptime: number | undefined;
  readonly paused: boolean;
  /** Share of the last 10 s in which runnable work waited for CPU, or all of it for memory or IO, 0..100; undefined: not known. */
  readonly starved: number | undefined;
}

/** PSI `some` of CPU above this means tasks wait more than they run. */
const STARVED_PERCENT = 60;

/** Guards that one look at the node can see; the agent adds those that need its ledger and the fleet. */
export function standingGuards(facts: GuardFacts): readonly string[] {
  const guards: string[] = [];
  if (facts.paused) guards.push('paused');
  if (facts.uptime !== undefined && facts.uptime < SETTLED_AFTER) guards.push('starting');
  if (facts.starved !== undefined && facts.starved >= STARVED_PERCENT) guards.push('pressure');
  return guards;
}

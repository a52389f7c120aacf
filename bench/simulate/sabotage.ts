import { minutes } from '../../lib/model/units.ts';

/** What is broken on purpose, to see that the invariants find it. */
export const SABOTAGES = {
  none: 'nothing',
  budget: 'the budget of the fleet is not asked',
  zone: 'the budget of the zone is not asked',
  stale: 'claims of the last minute are not seen, as from a cache',
  expiry: 'a claim is believed for ten minutes, which is shorter than a drain (it was so, and the simulator found it)',
  breaker: 'the breaker never opens',
  attempts: 'what was tried is forgotten, as with a ledger that is lost',
  writes: 'a report every minute, whether or not something changed',
  hasty: 'nobody looks again before the first step (it was so)',
  forgets: 'a node that was held three times does not look again',
} as const;

export type Sabotage = keyof typeof SABOTAGES;

export const isSabotage = (word: string): word is Sabotage => Object.hasOwn(SABOTAGES, word);

/** How old a claim must be to be seen, and how old it may be. */
export function claimAges(sabotage: Sabotage): { readonly least: number; readonly most: number } {
  if (sabotage === 'stale') return { least: minutes(1), most: Number.POSITIVE_INFINITY };
  return { least: Number.NEGATIVE_INFINITY, most: sabotage === 'expiry' ? minutes(10) : Number.POSITIVE_INFINITY };
}

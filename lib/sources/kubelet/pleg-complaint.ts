import { parseDuration } from '../../model/quantity.ts';
import { type Duration, minutes } from '../../model/units.ts';

/** The kubelet's own words, in its log and in the message of the Node's Ready condition. */
export interface PlegComplaint {
  /** How long the last relist was ago; absent when there has been none. */
  readonly age?: Duration;
}

// Before v1.15 a PLEG that has not listed yet is "last seen active" at Go's zero time, 292 years ago.
const SINCE_EVER = minutes(60 * 24 * 365);

/** What is in every one of them. */
export const PLEG_COMPLAINT = /PLEG is not healthy/;

/** "PLEG is not healthy: pleg was last seen active 3m5s ago; threshold is 3m0s", or "pleg has yet to be successful". */
export function parsePlegComplaint(text: string): PlegComplaint | undefined {
  const match = /PLEG is not healthy(?:: pleg (?:was last seen active ([0-9hms.µun]+) ago|has yet to be successful))?/.exec(text);
  if (match === null) return undefined;
  const age = parseDuration(match[1] ?? '');
  return age === undefined || age > SINCE_EVER ? {} : { age };
}

import type { Standing } from '../model/standing.ts';
import { causeOf, inReadingOrder } from './causes.ts';

export interface Candidate {
  readonly standing: Standing;
  /** What explains it; undefined: nothing that is known. */
  readonly cause: Standing | undefined;
}

/** What is over, as far as one can see, explains nothing and needs nothing. */
const going = (standings: readonly Standing[]) => standings.filter(({ state }) => state !== 'clearing');

/** What explains this problem now. */
export function causeAmong(standings: readonly Standing[], { fault }: Standing): Standing | undefined {
  const present = going(standings);
  const cause = causeOf(
    fault,
    present.map((standing) => standing.fault),
  );
  return present.find((standing) => standing.fault === cause);
}

/** Problems that a ladder may answer, causes first; symptoms are left to their cause. */
export function candidatesOf(standings: readonly Standing[]): readonly Candidate[] {
  const present = going(standings);
  const standingOf = new Map(present.map((standing) => [standing.fault, standing]));
  const faults = [...standingOf.keys()];
  return inReadingOrder(faults).flatMap((fault) => {
    const standing = standingOf.get(fault);
    const cause = causeOf(fault, faults);
    return standing === undefined ? [] : [{ standing, cause: cause === undefined ? undefined : standingOf.get(cause) }];
  });
}

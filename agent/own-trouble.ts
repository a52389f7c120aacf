import type { Clock } from '../lib/host/host.ts';
import type { ProblemState } from '../lib/model/snapshot.ts';
import type { Duration, Instant } from '../lib/model/units.ts';

/** What the other nodes are told of this one. */
export interface Trouble {
  readonly reason: string;
  /** By our monotonic clock. */
  readonly began: Duration;
  readonly controlPlane: boolean;
}

export interface OwnProblem {
  readonly reason: string;
  /** Since it began. */
  readonly stood: Duration;
  readonly controlPlane: boolean;
}

/** One reason at a time, the one that explains the others; it keeps the time at which it began. */
export interface OwnTrouble {
  /** Undefined: there is none. */
  readonly now: Trouble | undefined;
  /** Also when it is over. */
  readonly last: Trouble | undefined;
  /** Since there was any; without any, since we look on. */
  quietFor(): Duration;
  /** The problems as they are now, the first one that counts first. */
  observe(problems: readonly ProblemState[]): void;
  begin(problem: OwnProblem): void;
}

export interface OwnTroubleParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Whether a remedy could come of this problem. */
  readonly counts: (problem: ProblemState) => boolean;
}

/** Since it began: an agent that was started anew has seen it for a shorter time than it stands. */
const ageOf = (since: string, stood: Duration, now: Instant): Duration =>
  Math.max(stood, Number.isNaN(Date.parse(since)) ? 0 : now - Date.parse(since));

export function openOwnTrouble({ clock, counts }: OwnTroubleParts): OwnTrouble {
  let trouble: Trouble | undefined;
  let last: Trouble | undefined;
  let quietSince: Duration = clock.monotonic();

  function begin({ reason, stood, controlPlane }: OwnProblem): void {
    const isSame = trouble?.reason === reason;
    const began = isSame && trouble !== undefined ? trouble.began : clock.monotonic() - stood;
    trouble = { reason, began, controlPlane: controlPlane || (trouble?.controlPlane ?? false) };
    last = trouble;
  }

  return {
    get now() {
      return trouble;
    },
    get last() {
      return last;
    },
    quietFor: () => clock.monotonic() - quietSince,
    observe(problems) {
      const first = problems.find((problem) => problem.state === 'active' && counts(problem));
      if (first !== undefined) {
        begin({ reason: first.reason, stood: ageOf(first.since, first.standsMs, clock.now()), controlPlane: false });
        return;
      }
      if (trouble !== undefined) quietSince = clock.monotonic();
      trouble = undefined;
    },
    begin,
  };
}

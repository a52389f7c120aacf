import type { Clock } from '../lib/host/host.ts';
import { messageOf } from '../lib/model/error-words.ts';
import type { Remedy } from '../lib/model/remedy.ts';
import type { Standing, Transition } from '../lib/model/standing.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import { candidatesOf, causeAmong } from '../lib/policy/candidates.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { track } from '../lib/policy/track.ts';
import type { Casebook } from './casebook.ts';
import type { CheckResult } from './round.ts';

/** How long a problem must be gone before it counts as cleared: longer than one lucky answer. */
const CLEAR_AFTER = seconds(10);
/** Between two decisions about the same state of affairs. */
const REST = seconds(5);

export interface LoopParts {
  readonly clock: Clock;
  readonly casebook: Casebook;
  /** The next rung for a problem, judged by facts of this moment. */
  decide(standing: Standing, cause: Standing | undefined): Promise<Decision>;
  /** Carries the remedy out and waits for its check to say whether it helped. */
  repair(standing: Standing, remedy: Remedy): Promise<void>;
  /** False: nothing is done but what a person asks for. */
  readonly initiative?: boolean;
  /** False: a cause of what is known may not have been seen yet. */
  readonly informed?: () => boolean;
  /** Every problem that changed, and what was decided last; must not throw. */
  tell(news: News): void;
}

export interface News {
  readonly standings: readonly Standing[];
  readonly transitions: readonly Transition[];
  readonly decisions: ReadonlyMap<string, Decision>;
}

/** Takes in what checks say; decides and repairs, one thing at a time. */
export interface Loop {
  observe(result: CheckResult): void;
  readonly standings: readonly Standing[];
  /** What explains this problem now. */
  causeOf(standing: Standing): Standing | undefined;
  /** Something a person asked for: in one line with our own repairs, before the next of them. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** A check that was switched off: nobody knows any more whether what it found still stands. */
  forget(check: string): void;
  /** Resolves when nothing is being decided, repaired or written. */
  idle(): Promise<void>;
}

export function openLoop(parts: LoopParts, remembered: readonly Standing[]): Loop {
  const { clock, casebook } = parts;
  const decisions = new Map<string, Decision>();
  let standings = remembered;
  let lastLook: Duration = clock.monotonic();
  let writing: Promise<void> = Promise.resolve();
  let working: Promise<void> | undefined;
  let decidedAt: Duration = Number.NEGATIVE_INFINITY;
  let urgent = false;
  const asked: (() => void)[] = [];

  function begin(work: Promise<void>): void {
    working = work.finally(() => {
      working = undefined;
      const next = asked.shift();
      if (next !== undefined) next();
      else consider();
    });
  }

  /** A slip of ours in deciding must not end the watch: nothing is done, and it is said why. */
  async function decided(standing: Standing, cause: Standing | undefined): Promise<Decision> {
    try {
      return await parts.decide(standing, cause);
    } catch (error) {
      return { kind: 'advise', why: `internal error while deciding: ${messageOf(error)}` };
    }
  }

  async function deliberate(): Promise<void> {
    await writing;
    const open = candidatesOf(standings);
    const isOpen = (identity: string) => open.some(({ standing }) => standing.identity === identity);
    // The decision of before holds until there is another: a hung runtime makes deciding take many seconds.
    for (const identity of decisions.keys()) if (!isOpen(identity)) decisions.delete(identity);
    for (const { standing, cause } of open) {
      const decision = await decided(standing, cause);
      decisions.set(standing.identity, decision);
      if (decision.kind !== 'act') continue;
      parts.tell({ standings, transitions: [], decisions });
      await parts.repair(standing, decision.remedy);
      urgent = true;
      return;
    }
    parts.tell({ standings, transitions: [], decisions });
  }

  /** At once when something changed, and for what is held now and then: each time asks the host, its daemons and the API server. */
  function consider(): void {
    if (standings.length === 0 || parts.initiative === false || parts.informed?.() === false) return;
    if (working !== undefined || (!urgent && clock.monotonic() - decidedAt < REST)) return;
    urgent = false;
    begin(
      deliberate().finally(() => {
        decidedAt = clock.monotonic();
      }),
    );
  }

  return {
    get standings() {
      return standings;
    },
    observe({ check, findings }) {
      const now = clock.monotonic();
      const context = { now: clock.now(), elapsed: now - lastLook, clearAfter: CLEAR_AFTER };
      const tracked = track(standings, [{ check: check.id, findings }], context);
      lastLook = now;
      ({ standings } = tracked);
      writing = writing.then(() => casebook.note(tracked.transitions));
      parts.tell({ standings, transitions: tracked.transitions, decisions });
      urgent ||= tracked.transitions.length > 0;
      consider();
    },
    causeOf: (standing) => causeAmong(standings, standing),
    exclusively<T>(work: () => Promise<T>): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const run = () => begin(work().then(resolve, reject));
      if (working === undefined) run();
      else asked.push(run);
      return promise;
    },
    forget(check) {
      const [gone, kept] = [standings.filter((one) => one.check === check), standings.filter((one) => one.check !== check)];
      standings = kept;
      for (const { identity } of gone) decisions.delete(identity);
      const transitions = gone.map((standing) => ({ standing, from: standing.state, to: 'cleared' as const }));
      writing = writing.then(() => casebook.note(transitions, 'person'));
      parts.tell({ standings, transitions, decisions });
    },
    async idle() {
      while (working !== undefined) await working;
      await writing;
    },
  };
}

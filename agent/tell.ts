import type { Clock } from '../lib/host/host.ts';
import type { RemedyStep, Reporter, Snapshot, Tidings } from '../lib/model/snapshot.ts';
import type { Transition } from '../lib/model/standing.ts';
import { type Duration, seconds } from '../lib/model/units.ts';

/** Without news the world is told this often: when each check last ran, and what the signals are. */
const QUIET = seconds(10);

export interface TellParts {
  readonly clock: Clock;
  readonly reporters: readonly Reporter[];
  snapshot(): Snapshot | Promise<Snapshot>;
}

/** Gathers what happened and tells every reporter, one telling at a time: what comes meanwhile is folded into the next. */
export interface Teller {
  news(transitions: readonly Transition[], steps: readonly RemedyStep[]): void;
  /** Something was looked at; told when it is time. */
  touch(): void;
  close(signal: AbortSignal): Promise<void>;
}

export function openTeller({ clock, reporters, snapshot }: TellParts): Teller {
  let transitions: Transition[] = [];
  let steps: RemedyStep[] = [];
  let last: Duration = Number.NEGATIVE_INFINITY;
  let telling: Promise<void> | undefined;
  let again = false;

  async function tell(): Promise<void> {
    const tidings: Tidings = { snapshot: await snapshot(), transitions, steps, monotonic: clock.monotonic() };
    transitions = [];
    steps = [];
    last = tidings.monotonic;
    // A reporter that fails has said so itself; the others are told all the same.
    await Promise.allSettled(reporters.map((reporter) => reporter.report(tidings)));
  }

  function start(): void {
    if (telling !== undefined) {
      again = true;
      return;
    }
    again = false;
    telling = tell().finally(() => {
      telling = undefined;
      if (again) start();
    });
  }

  return {
    news(newTransitions, newSteps) {
      transitions.push(...newTransitions);
      steps.push(...newSteps);
      start();
    },
    touch() {
      if (telling === undefined && clock.monotonic() - last >= QUIET) start();
    },
    async close(signal) {
      while (telling !== undefined) await telling;
      await tell();
      await Promise.allSettled(reporters.map((reporter) => reporter.close?.(signal)));
    },
  };
}

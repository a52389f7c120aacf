import type { Duration, Instant } from '../model/units.ts';
import type { LineRule } from './match/line-rule.ts';
import type { LogLine } from './match/ring.ts';
import { type StartPoint, startTime } from './time/start.ts';

interface Counted {
  readonly time: Instant;
  readonly value: 1 | -1;
}

/** More in one window than any limit asks for. */
const MOST_COUNTED = 10_000;

export interface CounterState {
  readonly counted: readonly Counted[];
}

/** What log-counter counts when it is run, counted as the lines come: matches in the look-back, less what a revert pattern takes away. */
export class LineCounter {
  readonly #pattern: LineRule;
  readonly #revert: LineRule | undefined;
  readonly #limit: number;
  readonly #start: StartPoint;
  #counted: readonly Counted[];

  constructor(
    rule: { readonly pattern: LineRule; readonly revert?: LineRule; readonly count: number; readonly start: StartPoint },
    state?: CounterState,
  ) {
    this.#pattern = rule.pattern;
    this.#revert = rule.revert;
    this.#limit = rule.count;
    this.#start = rule.start;
    this.#counted = state?.counted ?? [];
  }

  get state(): CounterState {
    return { counted: this.#counted };
  }

  /** As log-counter a line by itself, by both patterns. */
  push({ message, time }: LogLine): void {
    const add = (value: 1 | -1) => {
      this.#counted = [...this.#counted, { time, value }].slice(-MOST_COUNTED);
    };
    if (this.#pattern.regexp.test(message)) add(1);
    if (this.#revert?.regexp.test(message) === true) add(-1);
  }

  /** How many there are in the window that ends now; what is older is forgotten. */
  count(now: Instant, uptime: Duration): number {
    const start = startTime(this.#start, now, uptime);
    this.#counted = this.#counted.filter(({ time }) => time >= start);
    return this.#counted.reduce((sum, { value, time }) => (time <= now ? sum + value : sum), 0);
  }

  isTooMany(now: Instant, uptime: Duration): boolean {
    return this.count(now, uptime) >= this.#limit;
  }
}

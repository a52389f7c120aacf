import type { Instant } from '../model/units.ts';
import type { StartPoint } from './time/start.ts';

export interface Counted {
  readonly time: Instant;
  readonly value: number;
}

/** More in one window than any limit asks for. */
const MOST_COUNTED = 10_000;

/** What log-counter counts when it is run, counted as the lines come: matches in the look-back, less what a revert pattern takes away. */
export class WindowCounter {
  readonly #lookback: StartPoint['lookback'];
  /** Before it nothing counts: the starts of the boot itself. */
  readonly #from: Instant;
  #counted: readonly Counted[];

  /** `boot`: when the node was booted. */
  constructor({ lookback, delay }: StartPoint, boot: Instant, counted: readonly Counted[] = []) {
    this.#lookback = lookback;
    this.#from = boot + delay;
    this.#counted = counted;
  }

  get counted(): readonly Counted[] {
    return this.#counted;
  }

  /** How many there are in the window that ends with it; what is older is forgotten. */
  add(one: Counted): number {
    const start = Math.max(this.#from, one.time - this.#lookback);
    this.#counted = [...this.#counted, one].filter(({ time }) => time >= start).slice(-MOST_COUNTED);
    return this.#counted.reduce((sum, { value, time }) => (time <= one.time ? sum + value : sum), 0);
  }
}

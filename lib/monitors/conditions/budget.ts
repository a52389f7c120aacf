import type { Duration, Instant } from '../../model/units.ts';
import type { MonitorEvent } from './events.ts';

/** Each reason has its own: a flood of one never silences another. */
export interface EventBudget {
  /** Events at once. */
  readonly burst: number;
  /** One more after each. */
  readonly every: Duration;
}

/** As many as client-go lets through for a whole node, here for each reason. */
const DEFAULT_BUDGET: EventBudget = { burst: 25, every: 300_000 };

interface Account {
  tokens: number;
  refilledAt: Instant;
  suppressed: number;
  last?: MonitorEvent;
}

/** Lets events through, and says how many it did not. */
export class EventGate {
  readonly #budget: EventBudget;
  readonly #accounts = new Map<string, Account>();

  constructor(budget: EventBudget = DEFAULT_BUDGET) {
    this.#budget = budget;
  }

  /** The event to send, with the number that was suppressed before it; undefined: suppressed. */
  admit(event: MonitorEvent, now: Instant): MonitorEvent | undefined {
    const account = this.#accountOf(event, now);
    if (account.tokens < 1) {
      account.suppressed += 1;
      account.last = event;
      return undefined;
    }
    account.tokens -= 1;
    const { suppressed } = account;
    account.suppressed = 0;
    return suppressed === 0 ? event : { ...event, message: `${event.message} (suppressed ${suppressed})` };
  }

  /** What is still to be said of floods that have ended: the last suppressed event of each reason, with their number. */
  settle(now: Instant): readonly MonitorEvent[] {
    return [...this.#accounts.values()].flatMap((account) => {
      this.#refill(account, now);
      if (account.last === undefined || account.suppressed === 0 || account.tokens < 1) return [];
      account.suppressed -= 1;
      return this.admit(account.last, now) ?? [];
    });
  }

  #accountOf({ source, reason }: MonitorEvent, now: Instant): Account {
    const key = `${source}\0${reason}`;
    const account = this.#accounts.get(key) ?? { tokens: this.#budget.burst, refilledAt: now, suppressed: 0 };
    this.#accounts.set(key, account);
    this.#refill(account, now);
    return account;
  }

  /** A clock that went back gives nothing, and takes nothing. */
  #refill(account: Account, now: Instant): void {
    const { burst, every } = this.#budget;
    const earned = Math.max(0, Math.floor((now - account.refilledAt) / every));
    account.tokens = Math.min(burst, account.tokens + earned);
    if (account.tokens === burst || now < account.refilledAt) account.refilledAt = now;
    else account.refilledAt += earned * every;
  }
}

import { type Duration, type Instant, minutes } from '../model/units.ts';
import { type Bucket, type Rate, take } from './bucket.ts';
import type { EventRecord } from './event-records.ts';

export interface Queued extends EventRecord {
  readonly at: Duration;
  /** When it happened, for people. */
  readonly wall: Instant;
  /** Events of this reason that were not said before this one. */
  readonly suppressed: number;
}

/** Per reason: a flapping problem says little more than that it flaps. */
const BUDGET: Rate = { burst: 10, every: minutes(5) };
const STALE = minutes(5);
const MOST = 64;

/** What waits to be sent: bounded, each reason within its budget, nothing that is no longer news. */
export interface EventQueue {
  add(record: EventRecord, now: Duration, wall: Instant): void;
  /** The next one that is still news; it stays until `sent`. */
  next(now: Duration): Queued | undefined;
  sent(queued: Queued): void;
  /** Events that became stale or had no room since this was last asked. */
  takeLost(): number;
}

export function eventQueue(): EventQueue {
  const buckets = new Map<string, Bucket>();
  const suppressed = new Map<string, number>();
  let waiting: Queued[] = [];
  let lost = 0;

  return {
    add(record, now, wall) {
      const { reason } = record;
      const bucket = take(buckets.get(reason), BUDGET, now);
      if (bucket === undefined) {
        suppressed.set(reason, (suppressed.get(reason) ?? 0) + 1);
        return;
      }
      buckets.set(reason, bucket);
      waiting.push({ ...record, at: now, wall, suppressed: suppressed.get(reason) ?? 0 });
      suppressed.delete(reason);
      if (waiting.length <= MOST) return;
      waiting.shift();
      lost += 1;
    },
    next(now) {
      const fresh = waiting.filter(({ at }) => now - at < STALE);
      lost += waiting.length - fresh.length;
      waiting = fresh;
      return waiting[0];
    },
    sent(queued) {
      waiting = waiting.filter((other) => other !== queued);
    },
    takeLost() {
      const count = lost;
      lost = 0;
      return count;
    },
  };
}

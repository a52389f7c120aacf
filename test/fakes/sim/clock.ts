import { setTimeout as rest, setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../lib/host/host.ts';
import type { Duration, Instant } from '../../../lib/model/units.ts';

interface Timer {
  readonly at: Duration;
  readonly order: number;
  readonly fire: () => void;
}

/** Time that passes only when nothing is left to be done in the present moment: hours in a second, in the same order every time. */
export interface VirtualClock extends Clock {
  /** Lets this much time pass. */
  run(duration: Duration): Promise<void>;
  /** Lets time pass until something is so; false when it was not within the bound. */
  until(so: () => boolean, bound: Duration): Promise<boolean>;
  /** Somebody sets the clock; the monotonic one takes no notice. */
  jump(by: Duration): void;
  /** Work of the real world (sockets, files) holds time until it ends. */
  during<Value>(work: Promise<Value>): Promise<Value>;
}

const START = Date.parse('2026-01-01T00:00:00Z');
/** Turns of the event loop in which nothing happened: then everything waits for a timer. */
const CALM_TURNS = 5;

/** Files, connections and digests that the daemon is at, without anybody here knowing. Open sockets that nothing is asked of are none. */
const isAtWork = () =>
  process.getActiveResourcesInfo().some((name) => /^FSReq|Req(uest)?(Wrap|Callback)?$|ConnectWrap|WriteWrap/i.test(name));

export function virtualClock(): VirtualClock {
  let time: Duration = 0;
  let wall: Instant = START;
  let order = 0;
  let pending = 0;
  let timers: Timer[] = [];

  async function calm(): Promise<void> {
    for (let quiet = 0; quiet < CALM_TURNS; ) {
      await turn();
      const isBusy = pending > 0 || isAtWork();
      if (isBusy) await rest(1);
      quiet = isBusy ? 0 : quiet + 1;
    }
  }

  function advance(to: Duration): void {
    wall += to - time;
    time = to;
    const due = timers.filter(({ at }) => at <= time).toSorted((a, b) => a.at - b.at || a.order - b.order);
    timers = timers.filter(({ at }) => at > time);
    for (const { fire } of due) fire();
  }

  function sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    order += 1;
    const giveUp = () => {
      timers = timers.filter((other) => other !== timer);
      reject(signal?.reason);
    };
    const fire = () => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    };
    const timer = { at: time + Math.max(0, duration), order, fire };
    timers.push(timer);
    signal?.addEventListener('abort', giveUp, { once: true });
    return promise;
  }

  async function until(so: () => boolean, bound: Duration): Promise<boolean> {
    const end = time + bound;
    for (;;) {
      await calm();
      if (so()) return true;
      const next = Math.min(...timers.map(({ at }) => at));
      if (next > end) break;
      advance(next);
    }
    advance(end);
    await calm();
    return so();
  }

  return {
    now: () => wall,
    monotonic: () => time,
    sleep,
    until,
    run: async (duration) => {
      await until(() => false, duration);
    },
    jump(by) {
      wall += by;
    },
    async during(work) {
      pending += 1;
      try {
        return await work;
      } finally {
        pending -= 1;
      }
    },
  };
}

import type { Clock } from '../../lib/host/host.ts';
import type { Duration } from '../../lib/model/units.ts';

/** What a timer takes; beyond it fires at once. */
const LONGEST: Duration = 2 ** 31 - 1;

export type Ended = 'timeout' | 'interrupt';

/** Why a wait ended before its time. */
export class EndedError extends Error {
  readonly how: Ended;

  constructor(how: Ended) {
    super(how);
    this.name = 'EndedError';
    this.how = how;
  }
}

/** The end of one node's drain: its timeout, or a person's Ctrl-C, whichever is first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Throws EndedError once it is over. */
  check(): void;
  sleep(duration: Duration): Promise<void>;
  /** The work's answer, unless the end comes first; what comes of it then is nobody's business any more. */
  during<Value>(work: Promise<Value>): Promise<Value>;
  /** Calls off the timeout. */
  close(): void;
}

export function deadlineOf(clock: Clock, timeout: Duration, interrupt: AbortSignal): Deadline {
  const ended = new AbortController();
  const closed = new AbortController();
  const end = (how: Ended) => ended.abort(new EndedError(how));
  const onInterrupt = () => end('interrupt');
  if (interrupt.aborted) onInterrupt();
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  if (timeout > 0) {
    clock.sleep(Math.min(timeout, LONGEST), closed.signal).then(
      () => end('timeout'),
      () => undefined,
    );
  }
  return {
    signal: ended.signal,
    check: () => ended.signal.throwIfAborted(),
    sleep: (duration) => clock.sleep(duration, ended.signal),
    during: async (work) => {
      ended.signal.throwIfAborted();
      const { promise, reject } = Promise.withResolvers<never>();
      const giveUp = () => reject(ended.signal.reason);
      ended.signal.addEventListener('abort', giveUp, { once: true });
      try {
        return await Promise.race([work, promise]);
      } finally {
        ended.signal.removeEventListener('abort', giveUp);
      }
    },
    close: () => {
      closed.abort();
      interrupt.removeEventListener('abort', onInterrupt);
    },
  };
}

import type { Reporter } from '../model/snapshot.ts';

/** One delivery at a time, behind the back of whoever reports. */
export interface Courier {
  /** Starts a delivery; when one is on its way, another follows it: what is new since then is not left until the next news. */
  start(): void;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
  readonly close: NonNullable<Reporter['close']>;
}

/** `onDefect`: what a delivery threw; it must not end the agent. */
export function courier(deliver: () => Promise<void>, onDefect: (error: unknown) => void): Courier {
  let busy: Promise<void> | undefined;
  let again = false;

  async function work(): Promise<void> {
    do {
      again = false;
      await deliver().catch(onDefect);
    } while (again);
    busy = undefined;
  }

  function start(): void {
    if (busy === undefined) busy = work();
    else again = true;
  }

  async function settled(): Promise<void> {
    await busy;
  }

  return {
    start,
    settled,
    async close(signal) {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      if (signal.aborted) return;
      signal.addEventListener('abort', () => resolve(), { once: true });
      await Promise.race([settled(), ended]);
      if (signal.aborted) return;
      start();
      await Promise.race([settled(), ended]);
    },
  };
}

import type { HostView } from '../lib/host/host.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import { within } from '../lib/sources/within.ts';

/** A hung daemon lets its check take so long. */
const PATIENCE: Duration = seconds(15);

/** Lets a person's request wait until a check has looked, whose next turn may be minutes away. */
export interface Looks {
  observe(check: string): void;
  /** Has the check look now; resolves at its next result, or when that takes too long. */
  now(check: string): Promise<void>;
}

export function openLooks(host: HostView, wake: (check: string) => void): Looks {
  const waiting = new Map<string, (() => void)[]>();
  return {
    observe(check) {
      for (const resolve of waiting.get(check) ?? []) resolve();
      waiting.delete(check);
    },
    async now(check) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(check, [...(waiting.get(check) ?? []), resolve]);
      wake(check);
      await within(host, promise, PATIENCE);
    },
  };
}

import type { HostView } from '../lib/host/host.ts';
import { seconds } from '../lib/model/units.ts';
import { within } from '../lib/sources/within.ts';

/** A hung daemon lets its check take so long. */
const PATIENCE = seconds(15);

/** Lets somebody wait until a check has looked again. */
export interface Looks {
  observe(check: string): void;
  /** Resolves at the next result of this check, or when it takes too long. */
  next(check: string): Promise<void>;
}

export function openLooks(host: HostView): Looks {
  const waiting = new Map<string, (() => void)[]>();
  return {
    observe(check) {
      for (const resolve of waiting.get(check) ?? []) resolve();
      waiting.delete(check);
    },
    async next(check) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(check, [...(waiting.get(check) ?? []), resolve]);
      await within(host, promise, PATIENCE);
    },
  };
}

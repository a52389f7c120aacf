import type { Duration } from '../model/units.ts';

/** Since when each key has been there without a gap. */
export type Since = ReadonlyMap<string, Duration>;

export function follow(since: Since, present: Iterable<string>, now: Duration): Since {
  return new Map([...present].map((key) => [key, since.get(key) ?? now]));
}

export const lasting = (since: Since, now: Duration) => (key: string) => {
  const began = since.get(key);
  return began === undefined ? 0 : now - began;
};

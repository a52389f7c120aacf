import type { Instant } from './units.ts';

/** What a person wrote to stop something. `until`: a time, and nothing else. */
export interface StopWord {
  readonly text: string;
  readonly until?: Instant;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Somebody meant to stop us: whatever cannot be understood stops until it is taken away, but `false`, nothing at all, and a time that has passed. */
export function parseStopWord(value: string | undefined, now: Instant): StopWord | undefined {
  const text = (value ?? '').trim();
  if (text === '' || text.toLowerCase() === 'false') return undefined;
  const until = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return { text };
  return until > now ? { text, until } : undefined;
}

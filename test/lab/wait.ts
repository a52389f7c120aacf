import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './error.ts';

/** Ask again and again until the answer is there; `what` completes "waited 120 s for …", `see` says where to look. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { timeoutMs = 120_000, everyMs = 250, see = '' } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end)
      throw new LabError(`waited ${timeoutMs / 1000} s for ${what}, in vain${see === '' ? '' : `; see: ${see}`}`);
    await sleep(everyMs);
  }
}

import type { ApiAnswer } from '../host/host.ts';
import { type Duration, minutes, ms, seconds } from '../model/units.ts';

/**
 * What came of a write, and how long to leave the server alone. `absent`: the object is not there. `forbidden`: a person has to
 * grant it. `refused`: the same body would be refused again. `conflict`: somebody wrote at the same time.
 */
export interface WriteVerdict {
  readonly result: 'written' | 'absent' | 'conflict' | 'throttled' | 'forbidden' | 'refused' | 'failed';
  readonly wait: Duration;
}

const SLOWEST = seconds(60);
const AFTER_NO = minutes(10);

/** Doubled with each failure in a row, and spread: a fleet must not come back in one moment. */
export function backoff(failures: number, random: () => number): Duration {
  return Math.min(SLOWEST, seconds(1) * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2);
}

/** By status class; `failures`: writes that failed in a row before this one. */
export function judgeWrite(answer: ApiAnswer, failures: number, random: () => number): WriteVerdict {
  const wait = backoff(failures, random);
  if (answer.kind === 'no-identity') return { result: 'failed', wait: Math.max(wait, seconds(30)) };
  if (answer.kind !== 'response') return { result: 'failed', wait };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { result: 'written', wait: 0 };
  switch (status) {
    case 404:
      return { result: 'absent', wait: Math.max(wait, seconds(15)) };
    case 409:
      return { result: 'conflict', wait: failures < 3 ? ms(50 + 200 * random()) : wait };
    case 429:
      return { result: 'throttled', wait: Math.max(wait, Math.min(retryAfter ?? 0, AFTER_NO)) };
    case 403:
      return { result: 'forbidden', wait: AFTER_NO * (0.75 + random() / 4) };
    default:
      // 401 too: a certificate is being rotated, or a token was renewed.
      if (status === 401 || status >= 500) return { result: 'failed', wait: Math.max(wait, Math.min(retryAfter ?? 0, AFTER_NO)) };
      return { result: 'refused', wait: AFTER_NO * (0.75 + random() / 4) };
  }
}

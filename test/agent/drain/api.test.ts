import { describe, expect, it } from 'vitest';
import { type Api, type ApiCall, limited, patient } from '../../../agent/drain/api.ts';
import type { ApiAnswer } from '../../../lib/host/host.ts';

const get: ApiCall = { method: 'GET', path: '/', deadline: 1000 };
const answer = (status: number, retryAfter?: number): ApiAnswer => ({
  kind: 'response',
  status,
  body: {},
  took: 1,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

describe('limited', () => {
  it('never has more calls at a time, and lets everyone have a turn', async () => {
    let [running, most] = [0, 0];
    const slow: Api = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return answer(200);
    };
    const api = limited(slow, 3);
    const late = Promise.resolve().then(() => Promise.all(Array.from({ length: 20 }, () => api(get))));

    expect(await Promise.all([...Array.from({ length: 20 }, () => api(get)), late])).toHaveLength(21);
    expect(most).toBe(3);
  });
});

describe('patient', () => {
  const asked = async (call: ApiCall, answers: readonly ApiAnswer[]) => {
    const slept: number[] = [];
    let at = 0;
    const api: Api = async () => answers[Math.min(at++, answers.length - 1)] ?? answer(500);
    const sleep = async (duration: number) => void slept.push(duration);
    const last = await patient(api, { sleep })(call);
    return { slept, status: last.kind === 'response' ? last.status : 0 };
  };

  it.each<[string, ApiCall, readonly ApiAnswer[], { slept: readonly number[]; status: number }]>([
    ['a server that is busy', get, [answer(429, 1000), answer(503, 2000), answer(200)], { slept: [1000, 2000], status: 200 }],
    ['a server that is always busy', get, [answer(429, 1000)], { slept: [1000, 1000, 1000, 1000, 1000], status: 429 }],
    ['one that asks for an hour', get, [answer(429, 3_600_000), answer(200)], { slept: [15_000], status: 200 }],
    ['one that does not say when', get, [answer(429), answer(200)], { slept: [], status: 429 }],
    ['an eviction', { ...get, method: 'POST' }, [answer(429, 1000), answer(200)], { slept: [], status: 429 }],
  ])('%s', async (_, call, answers, expected) => {
    expect(await asked(call, answers)).toEqual(expected);
  });
});

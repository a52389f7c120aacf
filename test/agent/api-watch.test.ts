import { describe, expect, it } from 'vitest';
import { watchApi } from '../../agent/api-watch.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { fakeNode } from '../fakes/node.ts';

const answered = (took = 5, status = 200): ApiAnswer => ({ kind: 'response', status, body: {}, took });
const request = { path: '/api/v1/nodes/web-1', deadline: 7000 };

/** Asks once per step: seconds to wait before, and what the server answers. */
async function asking(steps: readonly (readonly [seconds: number, answer: ApiAnswer])[]) {
  let now = 0;
  let answer: ApiAnswer = answered();
  const node = fakeNode({ api: () => answer });
  const watched = watchApi({ ...node, clock: { ...node.clock, monotonic: () => now } });
  for (const [wait, given] of steps) {
    now += wait * 1000;
    answer = given;
    expect(await watched.host.apiGet(request)).toEqual(given);
  }
  return {
    ...watched,
    pass: (wait: number) => {
      now += wait * 1000;
    },
  };
}

const every10s = (times: number) => Array.from({ length: times }, () => [10, answered()] as const);

describe('watchApi', () => {
  it('knows the latency of the last answer, as long as it is of now', async () => {
    const { latency, pass } = await asking([
      [1, answered(5)],
      [1, answered(80)],
    ]);

    expect(latency()).toBe(80);
    pass(91);
    expect(latency()).toBeUndefined();
  });

  it.each<[string, readonly (readonly [number, ApiAnswer])[], number]>([
    ['no request', [], 0],
    ['answers all along', every10s(7), 60_000],
    ['nobody to ask', [[1, { kind: 'no-identity', reason: 'no kubeconfig' }]], 0],
    ['one slow answer', [...every10s(7), [10, answered(1500)], ...every10s(2)], 10_000],
    ['one error of the server', [...every10s(7), [10, answered(5, 503)], ...every10s(2)], 10_000],
    ['one silence', [...every10s(7), [10, { kind: 'timed-out', after: 7000, connected: true }]], 0],
    ['a time in which nobody asked', [...every10s(7), [30, answered()], [10, answered()]], 10_000],
    ['a right that is missing: the server works', every10s(4).map(([wait]) => [wait, answered(5, 403)] as const), 30_000],
  ])('%s', async (_, steps, steady) => {
    expect((await asking(steps)).steadyFor()).toBe(steady);
  });

  it('vouches for nothing once nobody has asked for a while', async () => {
    const { steadyFor, pass } = await asking(every10s(7));
    pass(21);

    expect(steadyFor()).toBe(0);
  });
});

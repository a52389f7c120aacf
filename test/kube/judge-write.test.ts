import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { backoff, judgeWrite } from '../../lib/kube/judge-write.ts';
import { minutes, seconds } from '../../lib/model/units.ts';

const response = (status: number, retryAfter?: number): ApiAnswer => ({
  kind: 'response',
  status,
  body: {},
  took: 1,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
const [least, most] = [() => 0, () => 1];

describe('judgeWrite', () => {
  it.each<[string, ApiAnswer, string]>([
    ['200', response(200), 'written'],
    ['201', response(201), 'written'],
    ['400', response(400), 'refused'],
    ['401', response(401), 'failed'],
    ['403', response(403), 'forbidden'],
    ['404', response(404), 'absent'],
    ['409', response(409), 'conflict'],
    ['413', response(413), 'refused'],
    ['422', response(422), 'refused'],
    ['429', response(429), 'throttled'],
    ['500', response(500), 'failed'],
    ['503', response(503), 'failed'],
    ['a redirect', response(302), 'refused'],
    ['no server', { kind: 'refused' }, 'failed'],
    ['silence', { kind: 'timed-out', after: 5000, connected: true }, 'failed'],
    ['a stranger', { kind: 'untrusted', reason: 'its certificate' }, 'failed'],
    ['no identity', { kind: 'no-identity', reason: 'no kubeconfig' }, 'failed'],
  ])('%s', (_, answer, result) => {
    expect(judgeWrite(answer, 0, least).result).toBe(result);
  });

  it('waits as long as the server asks, but no hour of it', () => {
    expect(judgeWrite(response(429, seconds(30)), 0, least).wait).toBe(seconds(30));
    expect(judgeWrite(response(503, seconds(30)), 0, least).wait).toBe(seconds(30));
    expect(judgeWrite(response(429, minutes(60)), 0, least).wait).toBe(minutes(10));
  });

  it('never asks again at once where only a person can help', () => {
    for (const status of [403, 400, 422]) expect(judgeWrite(response(status), 0, least).wait).toBeGreaterThan(minutes(5));
  });

  it('takes a conflict lightly, but not a hundred of them', () => {
    expect(judgeWrite(response(409), 0, most).wait).toBeLessThan(seconds(1));
    expect(judgeWrite(response(409), 8, least).wait).toBeGreaterThan(seconds(10));
  });
});

describe('backoff', () => {
  it('doubles, ends at a minute and is spread over half of it', () => {
    expect([0, 1, 2, 3].map((failures) => backoff(failures, most))).toEqual([1000, 2000, 4000, 8000]);
    expect([10, 1000, 1e9].map((failures) => backoff(failures, most))).toEqual([60_000, 60_000, 60_000]);
    expect(backoff(10, least)).toBe(30_000);
  });
});

import { describe, expect, it } from 'vitest';
import type { Api } from '../../../agent/drain/api.ts';
import { listAll } from '../../../agent/drain/lists.ts';
import type { ApiAnswer } from '../../../lib/host/host.ts';

const answer = (status: number, body: unknown): ApiAnswer => ({ kind: 'response', status, body, took: 1 });

async function list(...answers: readonly ApiAnswer[]) {
  const asked: string[] = [];
  const api: Api = async ({ path }) => {
    asked.push(path);
    return answers[asked.length - 1] ?? answer(500, {});
  };
  return { asked, listed: await listAll<number>(api, '/x', { limit: '2', labelSelector: 'a=b' }) };
}

describe('listAll', () => {
  it('follows the pages', async () => {
    const { asked, listed } = await list(
      answer(200, { items: [1, 2], metadata: { continue: 'c/1' } }),
      answer(200, { items: [3] }),
    );

    expect(listed).toEqual({ ok: true, value: [1, 2, 3] });
    expect(asked).toEqual(['/x?limit=2&labelSelector=a%3Db', '/x?limit=2&labelSelector=a%3Db&continue=c%2F1']);
  });

  it('begins anew, in one piece, where the server forgot the page', async () => {
    const expired = answer(410, { reason: 'Expired', message: 'too old' });
    const { asked, listed } = await list(
      answer(200, { items: [1, 2], metadata: { continue: 'c' } }),
      expired,
      answer(200, { items: [4, 5, 6] }),
    );

    expect(listed).toEqual({ ok: true, value: [4, 5, 6] });
    expect(asked[2]).toBe('/x?labelSelector=a%3Db');
    expect((await list(expired, expired)).listed).toMatchObject({ ok: false, failure: { code: 410 } });
  });

  it.each([null, 'text', 7])('takes %j for no list', async (body) => {
    expect((await list(answer(200, body))).listed).toMatchObject({ ok: false });
  });
});

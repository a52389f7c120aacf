import type { ApiAnswer } from '../host/host.ts';
import { seconds } from '../model/units.ts';
import type { Received } from './exchange.ts';

function parseBody(body: string): { readonly json: boolean; readonly value: unknown } {
  try {
    return { json: true, value: JSON.parse(body) };
  } catch {
    return { json: false, value: body.slice(0, 200) };
  }
}

/** What the API server said, understood. Retry-After comes from it in whole seconds. */
export function toApiAnswer(answer: Received): ApiAnswer {
  if (answer.kind !== 'response') return answer;
  const { status, headers, took, date, body, truncated } = answer;
  if (truncated) return { kind: 'failed', code: 'the answer is larger than 16 MiB' };
  const { json, value } = parseBody(body);
  if (!json && status < 300) return { kind: 'failed', code: 'the answer is not JSON' };
  const wait = /^\d{1,6}$/.exec(headers['retry-after'] ?? '');
  return {
    kind: 'response',
    status,
    body: value,
    took,
    ...(date === undefined ? {} : { date }),
    ...(wait === null ? {} : { retryAfter: seconds(Number(wait[0])) }),
  };
}

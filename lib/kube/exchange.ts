import type https from 'node:https';
import type { ConnectFailure, HttpResponse } from '../host/host.ts';
import { codeOf } from '../model/error-words.ts';
import type { Bytes, Instant } from '../model/units.ts';

export type Received =
  | (HttpResponse & { readonly date?: Instant })
  | { readonly kind: 'untrusted'; readonly reason: string }
  | ConnectFailure;

/** A request that was made, and has not been sent yet. */
export interface Exchange {
  readonly request: ReturnType<typeof https.request>;
  readonly body: string | undefined;
  readonly maxBytes: Bytes;
  /** What it means that there is no answer. */
  failure(error: unknown): Received;
}

/** What a failed connection means, where it is nothing that is known better. */
export function toFailure(error: unknown): Received {
  const code = codeOf(error) ?? 'unknown';
  return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'failed', code };
}

/** Of a DELETE node frames the body by itself in no way. */
export const framed = (body: string | undefined): Readonly<Record<string, string>> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

/** `stale`: the server had closed the kept connection meanwhile; it never saw the request. */
function once({ request, body, maxBytes, failure }: Exchange): Promise<{ answer: Received; stale: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ answer: Received; stale: boolean }>();
  const started = performance.now();
  const fail = (error: unknown) => {
    const answer = failure(error);
    resolve({ answer, stale: request.reusedSocket && answer.kind === 'failed' });
  };
  request.on('error', fail);
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (truncated: boolean) => {
      const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
      const date = Date.parse(response.headers.date ?? '');
      const answer: Received = {
        kind: 'response',
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(named),
        body: Buffer.concat(chunks).toString('utf8', 0, maxBytes),
        truncated,
        took: performance.now() - started,
        ...(Number.isNaN(date) ? {} : { date }),
      };
      resolve({ answer, stale: false });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBytes) return;
      done(true);
      request.destroy();
    });
    response.on('end', () => done(false));
    response.on('error', fail);
  });
  request.end(body);
  return promise;
}

/**
 * One request, sent again once when the server had closed the kept connection meanwhile: what is written names itself, so that
 * twice is once.
 */
export async function exchange(begin: () => Exchange): Promise<Received> {
  const { answer, stale } = await once(begin());
  return stale ? (await once(begin())).answer : answer;
}

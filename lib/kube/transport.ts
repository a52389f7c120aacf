import https from 'node:https';
import type { ConnectFailure } from '../host/host.ts';
import type { Bytes, Duration, Instant } from '../model/units.ts';
import { type JudgingAgent, type Options, UntrustedError } from './judging-agent.ts';

export interface Sent {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: string;
  readonly agent: JudgingAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadline: Duration;
  readonly maxBytes: Bytes;
  readonly signal: AbortSignal;
}

export type Received =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly truncated: boolean;
      readonly took: Duration;
      readonly date?: Instant;
    }
  | { readonly kind: 'untrusted'; readonly reason: string }
  | ConnectFailure;

function toFailure(error: unknown): Received {
  if (error instanceof UntrustedError) return { kind: 'untrusted', reason: error.message };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  return { kind: 'failed', code };
}

/** One request; ends when `signal` does, also while the body drips. */
function sendOnce({
  url,
  method = 'GET',
  body,
  agent,
  headers,
  deadline,
  maxBytes,
  signal,
}: Sent): Promise<{ answer: Received; stale: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ answer: Received; stale: boolean }>();
  const started = performance.now();
  let assigned = false;
  // Of a DELETE node frames the body by itself in no way.
  const framed = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options: Options = { method, agent, signal, until: signal, headers: { 'user-agent': 'nodemend', ...framed, ...headers } };
  const request = https.request(url, options);
  const fail = (error: unknown) => {
    const connected = assigned || agent.accepted.has(signal);
    const answer: Received = signal.aborted ? { kind: 'timed-out', after: deadline, connected } : toFailure(error);
    resolve({ answer, stale: request.reusedSocket });
  };
  request.on('socket', () => {
    assigned = true;
  });
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
export async function send(request: Sent): Promise<Received> {
  const { answer, stale } = await sendOnce(request);
  return stale && answer.kind === 'failed' ? (await sendOnce(request)).answer : answer;
}

import http from 'node:http';
import https from 'node:https';
import type { Received } from '../../lib/kube/transport.ts';
import { type Duration, MiB } from '../../lib/model/units.ts';
import type { ApiCall } from './api.ts';

/** An API server, and what every request to it carries. */
export interface Session {
  readonly server: string;
  readonly options: https.RequestOptions;
  /** By the monotonic clock: then the credential is asked for again. */
  readonly until: Duration;
}

const LARGEST = 64 * MiB;
const CONTENT_TYPE = {
  GET: undefined,
  POST: 'application/json',
  PATCH: 'application/strategic-merge-patch+json',
  DELETE: 'application/json',
} as const;
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=1,application/json';

function failureOf(error: unknown, { deadline }: ApiCall, isLate: boolean, connected: boolean): Received {
  if (isLate) return { kind: 'timed-out', after: deadline, connected };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'failed', code };
}

/** `stale`: the server had closed the kept connection meanwhile; it never saw the request. */
interface Sent {
  readonly answer: Received;
  readonly stale: boolean;
}

function sendOnce({ server, options }: Session, call: ApiCall): Promise<Sent> {
  const { promise, resolve } = Promise.withResolvers<Sent>();
  const started = performance.now();
  const signal = AbortSignal.timeout(Math.ceil(call.deadline));
  const type = CONTENT_TYPE[call.method];
  const headers = {
    ...options.headers,
    'user-agent': 'nodemend',
    accept: call.metadataOnly === true ? METADATA : 'application/json',
    ...(type === undefined ? {} : { 'content-type': type }),
    // Of a DELETE node frames the body by itself in no way.
    ...(call.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(call.body)) }),
  };
  const { request: begin } = server.startsWith('http:') ? http : https;
  const request = begin(`${server}${call.path}`, { ...options, headers, method: call.method, signal });
  const fail = (error: unknown) => {
    const answer = failureOf(error, call, signal.aborted, request.socket?.connecting === false);
    resolve({ answer, stale: request.reusedSocket && answer.kind === 'failed' });
  };
  request.on('error', fail);
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (truncated: boolean) => {
      const { 'retry-after': retryAfter } = response.headers;
      const named: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      const body = Buffer.concat(chunks).toString('utf8');
      const took = performance.now() - started;
      const date = Date.parse(response.headers.date ?? '');
      const dated = Number.isNaN(date) ? {} : { date };
      const status = response.statusCode ?? 0;
      const answer: Received = { kind: 'response', status, headers: named, body, truncated, took, ...dated };
      resolve({ answer, stale: false });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= LARGEST) return;
      end(true);
      request.destroy();
    });
    response.on('end', () => end(false));
    response.on('error', fail);
  });
  request.end(call.body);
  return promise;
}

export async function send(session: Session, call: ApiCall): Promise<Received> {
  const { answer, stale } = await sendOnce(session, call);
  return stale ? (await sendOnce(session, call)).answer : answer;
}

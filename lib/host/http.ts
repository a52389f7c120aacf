import http from 'node:http';
import https from 'node:https';
import type { Duration } from '../model/units.ts';
import { MiB } from '../model/units.ts';
import type { ConnectFailure, HttpAnswer, HttpRequest } from './host.ts';

/** What a failed connect or request means (unix(7), tcp(7)). */
export function toConnectFailure(error: unknown, deadline: Duration, connected: boolean): ConnectFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (code === 'ENOENT') return { kind: 'missing' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied' };
  // A unix socket whose backlog is full: somebody listens and does not accept.
  if (code === 'EAGAIN') return { kind: 'backlog-full' };
  if (code === 'ABORT_ERR' || code === 'ETIMEDOUT' || (error instanceof Error && error.name === 'TimeoutError')) {
    return { kind: 'timed-out', after: deadline, connected };
  }
  return { kind: 'failed', code };
}

export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** GET with one deadline over connect, headers and body; a server that drips is cut off too. */
export function httpGet(request: HttpRequest, tls: TlsOptions = { rejectUnauthorized: false }): Promise<HttpAnswer> {
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>();
  const started = performance.now();
  const maxBytes = request.maxBytes ?? MiB;
  // `http.request({ timeout })` is an idle timer and never ends a dripping answer.
  const signal = AbortSignal.timeout(Math.ceil(request.deadline));
  const secure = request.url.startsWith('https:');
  let connected = false;
  const fail = (error: unknown) => resolve(toConnectFailure(error, request.deadline, connected));

  const sent = (secure ? https : http).request(request.url, {
    method: 'GET',
    agent: false,
    signal,
    headers: { 'user-agent': 'nodemend', connection: 'close', ...request.headers },
    ...(request.socketPath === undefined ? {} : { socketPath: request.socketPath }),
    ...(secure ? tls : {}),
  });
  sent.on('socket', (socket) => {
    socket.once('connect', () => {
      connected = true;
    });
  });
  sent.on('error', fail);
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (truncated: boolean) => {
      const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
      const body = Buffer.concat(chunks).toString('utf8', 0, maxBytes);
      resolve({
        kind: 'response',
        status: response.statusCode ?? 0,
        headers,
        body,
        truncated,
        took: performance.now() - started,
      });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) {
        done(true);
        sent.destroy();
      }
    });
    response.on('end', () => done(false));
    response.on('error', fail);
  });
  sent.end();
  return promise;
}

import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { MiB } from '../model/units.ts';
import { LATE, toConnectFailure } from './connect-failure.ts';
import type { HttpAnswer, HttpRequest } from './host.ts';
import { plainGet } from './plain-http.ts';

/** Otherwise every root certificate of the world is read for a server that none of them signed: 4 MB that stay. */
const NO_ROOTS = { ca: [] };

export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

function secureGet(request: HttpRequest, tls: TlsOptions): Promise<HttpAnswer> {
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>();
  const started = performance.now();
  const maxBytes = request.maxBytes ?? MiB;
  let connected = false;

  const { protocol, hostname, port, path } = urlToHttpOptions(new URL(request.url));
  const sent = https.request({
    ...{ protocol, hostname, path, ...(port === undefined ? {} : { port }) },
    method: 'GET',
    agent: false,
    headers: { 'user-agent': 'nodemend', connection: 'close', ...request.headers },
    ...(request.socketPath === undefined ? {} : { socketPath: request.socketPath }),
    ...NO_ROOTS,
    ...tls,
  });
  const finish = (answer: HttpAnswer) => {
    clearTimeout(timer);
    resolve(answer);
  };
  const fail = (error: unknown) => finish(toConnectFailure(error, request.deadline, connected));
  // `http.request({ timeout })` is an idle timer and never ends a dripping answer.
  const timer = setTimeout(() => {
    fail(LATE);
    sent.destroy(LATE);
  }, Math.ceil(request.deadline));
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
      finish({
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

/** GET with one deadline over connect, headers and body; a server that drips is cut off too. */
export function httpGet(request: HttpRequest, tls: TlsOptions = { rejectUnauthorized: false }): Promise<HttpAnswer> {
  return request.url.startsWith('http:') ? plainGet(request) : secureGet(request, tls);
}

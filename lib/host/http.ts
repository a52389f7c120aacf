import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { type Duration, MiB, seconds } from '../model/units.ts';
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

/** Otherwise every root certificate of the world is read for a server that none of them signed: 4 MB that stay. */
const NO_ROOTS = { ca: [] };

export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** How long a connection is kept: a server that goes on with those it has, and accepts none, must not be taken for a healthy one. */
const KEPT_FOR: Duration = seconds(50);

/** One connection per server for what is asked again and again. It keeps no process alive. */
class KeptConnections extends http.Agent {
  readonly #since = new WeakMap<object, number>();

  constructor() {
    super({ keepAlive: true, maxFreeSockets: 1 });
  }

  override keepSocketAlive(socket: Duplex): boolean {
    const now = performance.now();
    const since = this.#since.get(socket) ?? now;
    this.#since.set(socket, since);
    // Node's own says whether it may; its types do not.
    const mayBe: unknown = super.keepSocketAlive(socket);
    return mayBe !== false && now - since < KEPT_FOR;
  }
}

const kept = new KeptConnections();
/** Made once: an error with its stack for every answer that is late would be most of what an unanswered probe costs. */
export const LATE = Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });

interface Attempt {
  readonly answer: HttpAnswer;
  /** The connection was kept from an earlier request, and its server may have closed it since. */
  readonly reused: boolean;
}

/** The same few URLs all day long: each is taken apart once. */
const places = new Map<string, ReturnType<typeof urlToHttpOptions>>();
const MOST_PLACES = 64;

function placeOf(url: string) {
  const known = places.get(url);
  if (known !== undefined) return known;
  if (places.size >= MOST_PLACES) places.clear();
  const { protocol, hostname, port, path } = urlToHttpOptions(new URL(url));
  const place = { protocol, hostname, path, ...(port === undefined ? {} : { port }) };
  places.set(url, place);
  return place;
}

function connectionOf({ kept: isKept = false, url }: HttpRequest) {
  return isKept && url.startsWith('http:') ? { agent: kept, headers: {} } : { agent: false, headers: { connection: 'close' } };
}

function attempt(request: HttpRequest, tls: TlsOptions): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const started = performance.now();
  const maxBytes = request.maxBytes ?? MiB;
  const secure = request.url.startsWith('https:');
  const { agent, headers: connection } = connectionOf(request);
  let connected = false;

  const sent = (secure ? https : http).request({
    ...placeOf(request.url),
    method: 'GET',
    agent,
    headers: { 'user-agent': 'nodemend', ...connection, ...request.headers },
    ...(request.socketPath === undefined ? {} : { socketPath: request.socketPath }),
    ...(secure ? { ...NO_ROOTS, ...tls } : {}),
  });
  const finish = (answer: HttpAnswer) => {
    clearTimeout(timer);
    resolve({ answer, reused: sent.reusedSocket });
  };
  const fail = (error: unknown) => finish(toConnectFailure(error, request.deadline, connected || sent.reusedSocket));
  // `http.request({ timeout })` is an idle timer and never ends a dripping answer.
  const timer = setTimeout(() => {
    fail(LATE);
    sent.destroy(LATE);
  }, Math.ceil(request.deadline));
  sent.on('socket', (socket) => {
    if (!sent.reusedSocket) {
      socket.once('connect', () => {
        connected = true;
      });
    }
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
export async function httpGet(request: HttpRequest, tls: TlsOptions = { rejectUnauthorized: false }): Promise<HttpAnswer> {
  const { answer, reused } = await attempt(request, tls);
  return reused && answer.kind === 'failed' ? (await attempt({ ...request, kept: false }, tls)).answer : answer;
}

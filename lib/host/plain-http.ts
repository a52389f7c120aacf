import { type Duration, KiB, MiB, seconds } from '../model/units.ts';
import { LATE, toConnectFailure } from './connect-failure.ts';
import { type Connection, dial, type Place } from './dial.ts';
import type { HttpAnswer, HttpRequest } from './host.ts';
import { type Http1Answer, type Http1Progress, Http1Reader } from './http1.ts';

/** How long a connection is kept: a server that goes on with those it has, and accepts none, must not be taken for a healthy one. */
const KEPT_FOR: Duration = seconds(50);

/** What is asked all day long has short answers; a list of containers has not. */
const [SHORT, LONG] = [4 * KiB, 64 * KiB];

interface Target {
  readonly place: Place;
  readonly key: string;
  /** The request's first lines. */
  readonly start: string;
}

/** The same few URLs all day long: each is taken apart once. */
const targets = new Map<string, Target>();
const MOST_TARGETS = 64;

function targetOf({ url, socketPath }: HttpRequest): Target {
  const name = `${socketPath ?? ''} ${url}`;
  const known = targets.get(name);
  if (known !== undefined) return known;
  if (targets.size >= MOST_TARGETS) targets.clear();
  const { host, hostname, port, pathname, search } = new URL(url);
  const place =
    socketPath === undefined
      ? { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 80 : Number(port) }
      : { path: socketPath };
  const start = `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\nuser-agent: nodemend\r\n`;
  const target = { place, key: socketPath ?? host, start };
  targets.set(name, target);
  return target;
}

/** One connection per server for what is asked again and again; who uses it has it for himself. */
const idle = new Map<string, Connection>();

function take(key: string): Connection | undefined {
  const connection = idle.get(key);
  idle.delete(key);
  return connection?.isOpen === true ? connection : undefined;
}

function release(key: string, connection: Connection): void {
  if (idle.has(key) || performance.now() - connection.since >= KEPT_FOR) {
    connection.destroy();
    return;
  }
  // What comes unasked is no answer.
  connection.hand({ onBytes: connection.destroy, onEnd: () => undefined });
  connection.rest();
  idle.set(key, connection);
}

function textOf({ headers = {}, kept = false }: HttpRequest, { start }: Target): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${start}${kept ? '' : 'connection: close\r\n'}${fields.join('')}\r\n`;
}

const toAnswer = ({ status, headers, body, truncated }: Http1Answer, took: Duration): HttpAnswer => ({
  kind: 'response',
  status,
  headers,
  body: body.toString('utf8'),
  truncated,
  took,
});

/** On this connection; ends at the deadline whatever the server does. */
function exchange(request: HttpRequest, target: Target, old: Connection | undefined): Promise<HttpAnswer> {
  const { deadline } = request;
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>();
  const started = performance.now();
  const reader = new Http1Reader(request.maxBytes ?? MiB);
  const finish = (answer: HttpAnswer, reusable = false) => {
    clearTimeout(timer);
    if (reusable && request.kept === true) release(target.key, connection);
    else connection.destroy();
    resolve(answer);
  };
  const take = (progress: Http1Progress) => {
    if (progress === 'more') return;
    if ('fault' in progress) finish({ kind: 'failed', code: progress.fault });
    else finish(toAnswer(progress, performance.now() - started), progress.reusable);
  };
  const hearer = {
    onBytes: (bytes: Buffer) => take(reader.push(bytes)),
    onEnd(error: Error | undefined) {
      if (error === undefined) take(reader.end());
      else finish(toConnectFailure(error, deadline, connection.isConnected));
    },
  };
  const connection = old ?? dial(target.place, hearer, request.kept === true ? SHORT : LONG);
  connection.hand(hearer);
  const timer = setTimeout(() => finish(toConnectFailure(LATE, deadline, connection.isConnected)), Math.ceil(deadline));
  connection.write(textOf(request, target));
  return promise;
}

/**
 * GET without TLS. A client of our own: node's costs 1 to 2 ms each time in a daemon that has slept since the last, and these are
 * asked more than once a second.
 */
export async function plainGet(request: HttpRequest): Promise<HttpAnswer> {
  const target = targetOf(request);
  const old = request.kept === true ? take(target.key) : undefined;
  const answer = await exchange(request, target, old);
  // Its server had closed it: restarted, for one.
  return old !== undefined && answer.kind === 'failed' ? await exchange({ ...request, kept: false }, target, undefined) : answer;
}

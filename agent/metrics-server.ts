import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { seconds } from '../lib/model/units.ts';

export interface MetricsServerOptions {
  /** `127.0.0.1:20280`, `[::1]:20280`. */
  readonly listen: string;
  readonly text: () => string | Promise<string>;
  /** Why the agent is not well; undefined: it is. */
  readonly unwell: () => string | undefined;
  readonly onFailure: (why: string) => void;
}

export interface MetricsServer {
  /** Where it listens; undefined while it cannot. */
  address(): string | undefined;
  close(): void;
}

const RETRY = seconds(60);
/** A scraper and a person; whoever wants more at one time waits or goes. */
const MOST_CONNECTIONS = 8;
const PATIENCE = seconds(5);
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** HOST and PORT; an IPv6 address comes in brackets. */
export function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const at = listen.lastIndexOf(':');
  return { host: listen.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(listen.slice(at + 1)) };
}

interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

async function pageOf({ method, url = '' }: http.IncomingMessage, { text, unwell }: MetricsServerOptions): Promise<Page> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'GET alone\n' };
  const [path] = url.split('?', 1);
  if (path === '/metrics') return { status: 200, type: METRICS_TYPE, body: await text() };
  if (path !== '/healthz') return { status: 404, body: '/metrics or /healthz\n' };
  const why = unwell();
  return why === undefined ? { status: 200, body: 'ok\n' } : { status: 503, body: `${why}\n` };
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: MetricsServerOptions,
): Promise<void> {
  const { status, type = 'text/plain; charset=utf-8', body } = await pageOf(request, options);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'content-type': type, 'content-length': length, 'x-content-type-options': 'nosniff' });
  response.end(request.method === 'HEAD' ? undefined : body);
  // A body was not asked for; what is sent anyway is not read.
  if (status === 405) request.destroy();
}

/** /metrics and /healthz. An address that is taken costs the metrics, never the agent, and is tried again. */
export function serveMetrics(options: MetricsServerOptions): MetricsServer {
  const { host, port } = parseListen(options.listen);
  const server = http.createServer(
    {
      requestTimeout: PATIENCE,
      headersTimeout: PATIENCE,
      keepAliveTimeout: PATIENCE,
      connectionsCheckingInterval: PATIENCE,
      maxHeaderSize: 8192,
    },
    (request, response) => void answer(request, response, options).catch(() => response.destroy()),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(2 * PATIENCE, (socket) => socket.destroy());
  let closed = false;
  let failure: string | undefined;
  let retry: NodeJS.Timeout | undefined;

  const listen = () => server.listen({ host, port, exclusive: true });
  server.on('error', (error) => {
    if (closed) return;
    if (failure !== error.message) options.onFailure(error.message);
    failure = error.message;
    retry = setTimeout(listen, RETRY).unref();
  });
  server.on('listening', () => {
    failure = undefined;
  });
  server.on('clientError', (_, socket) => socket.destroy());
  listen();
  server.unref();

  return {
    address() {
      const at = server.address() as AddressInfo | null;
      return at === null ? undefined : `${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`;
    },
    close() {
      closed = true;
      clearTimeout(retry);
      server.close();
      server.closeAllConnections();
    },
  };
}

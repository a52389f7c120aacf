import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';

export const pki = (name: string): string => readFileSync(pkiPath(name), 'utf8');
export const pkiPath = (name: string): string => fileURLToPath(new URL(`../fixtures/pki/${name}`, import.meta.url));

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  /** As sent; empty for a GET. */
  readonly body: string;
  readonly authorization: string | undefined;
  /** Common name of the client's certificate. */
  readonly client: string | undefined;
  /** Serial number of it: two certificates of one name are told apart by it. */
  readonly serial: string | undefined;
}

export type Reply =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'drip'
  | 'reset'
  /** Closes in the middle of the body it announced. */
  | 'cut';

export interface FakeApi {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly Seen[];
  /** Connections made so far, and those still open. */
  readonly connections: () => { readonly made: number; readonly open: number };
  closeConnections(): void;
  close(): Promise<void>;
}

export interface FakeApiOptions {
  /** Base name of its certificate in test/fixtures/pki. */
  readonly certificate?: string;
  readonly reply?: (path: string, request: Seen) => Reply;
}

function answer(reply: Reply, response: http.ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.socket?.destroy();
    return;
  }
  if (reply === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"kind":"Node","metadata":{', () => response.socket?.destroy());
    return;
  }
  if (reply === 'drip') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
    return;
  }
  const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
  response.end(body);
}

function track(server: net.Server) {
  const open = new Set<net.Socket>();
  let made = 0;
  server.on('connection', (socket: net.Socket) => {
    made += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  return { open, counts: () => ({ made, open: open.size }) };
}

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

/** A real HTTPS server on loopback that answers, drips or hangs as told, and remembers who asked. */
export async function fakeApi({
  certificate = 'server',
  reply = () => ({ status: 200, body: {} }),
}: FakeApiOptions = {}): Promise<FakeApi> {
  const requests: Seen[] = [];
  const tls = { cert: pki(`${certificate}.crt`), key: pki(`${certificate}.key`), requestCert: true, rejectUnauthorized: false };
  const server = https.createServer(tls, async (request, response) => {
    const peer = (request.socket as TLSSocket).getPeerX509Certificate();
    const seen: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      contentType: request.headers['content-type'],
      body: await text(request),
      authorization: request.headers.authorization,
      client: /CN=(.+)/.exec(peer?.subject ?? '')?.[1],
      serial: peer?.serialNumber,
    };
    requests.push(seen);
    answer(reply(seen.path, seen), response);
  });
  server.on('tlsClientError', () => undefined);
  const { open, counts } = track(server);
  const port = await listen(server);
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    requests,
    connections: counts,
    closeConnections: () => server.closeAllConnections(),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Accepts connections and never says a word: a frozen server behind a live kernel. */
export async function silentServer(): Promise<Pick<FakeApi, 'port' | 'url' | 'connections' | 'close'>> {
  // Unread, a socket never notices that the other side hung up.
  const server = net.createServer((socket) => socket.resume());
  const { open, counts } = track(server);
  const port = await listen(server);
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    connections: counts,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An HTTP proxy that knows CONNECT alone. */
export async function connectProxy(): Promise<{
  readonly url: string;
  readonly targets: readonly string[];
  close(): Promise<void>;
}> {
  const targets: string[] = [];
  const server = http.createServer();
  const { open } = track(server);
  server.on('connect', (request, client) => {
    targets.push(request.url ?? '');
    const upstream = net.connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    targets,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

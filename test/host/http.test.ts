import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { httpGet } from '../../lib/host/http.ts';

const servers: Server[] = [];
const directory = mkdtempSync(join(tmpdir(), 'nodemend-http-'));

async function serve(server: Server, path?: string): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  );
  return path ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const answering = (body: string, status = 200) => http.createServer((_, response) => void response.writeHead(status).end(body));

describe('httpGet', () => {
  it('reads an answer over TCP', async () => {
    const url = await serve(answering('ok', 503));

    expect(await httpGet({ url, deadline: 5000 })).toMatchObject({ kind: 'response', status: 503, body: 'ok', truncated: false });
  });

  it('reads an answer over a unix socket', async () => {
    const socketPath = await serve(answering('OK'), join(directory, 'docker.sock'));

    expect(await httpGet({ url: 'http://localhost/_ping', socketPath, deadline: 5000 })).toMatchObject({
      status: 200,
      body: 'OK',
    });
  });

  it('cuts a body at its bound', async () => {
    const url = await serve(answering('x'.repeat(10_000)));

    expect(await httpGet({ url, deadline: 5000, maxBytes: 100 })).toMatchObject({ body: 'x'.repeat(100), truncated: true });
  });

  it('ends a server that accepts and never answers', async () => {
    const url = await serve(net.createServer((socket) => void socket.on('error', () => undefined)));

    expect(await httpGet({ url, deadline: 200 })).toEqual({ kind: 'timed-out', after: 200, connected: true });
  });

  it('ends a server that drips for ever: the deadline is not an idle timer', async () => {
    const dripping = http.createServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const url = await serve(dripping);

    expect(await httpGet({ url, deadline: 300 })).toMatchObject({ kind: 'timed-out', after: 300 });
  });

  it.each([
    ['a socket that is not there', join(directory, 'absent.sock'), { kind: 'missing' }],
    ['a path that is no socket', '/proc/self/comm', { kind: 'refused' }],
  ])('answers for %s', async (_name, socketPath, answer) => {
    expect(await httpGet({ url: 'http://localhost/', socketPath, deadline: 1000 })).toEqual(answer);
  });

  it('names what is not HTTP', async () => {
    const url = await serve(net.createServer((socket) => void socket.end('SSH-2.0-OpenSSH\r\n')));

    expect(await httpGet({ url, deadline: 1000 })).toMatchObject({ kind: 'failed', code: expect.stringMatching(/^HPE_/) });
  });

  it.each<[string, string, object]>([
    ['promises a gigabyte', `Content-Length: ${2 ** 30}\r\n\r\n${'x'.repeat(5000)}`, { truncated: true, body: 'x'.repeat(100) }],
    [
      'promises a gigabyte in one chunk',
      `Transfer-Encoding: chunked\r\n\r\n40000000\r\n${'x'.repeat(5000)}`,
      { truncated: true },
    ],
    ['sends garbage for a chunk', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n', { kind: 'failed', code: 'HPE_INVALID_CHUNK_SIZE' }],
    ['never ends its header', `X: ${'x'.repeat(100_000)}`, { kind: 'failed', code: 'HPE_HEADER_OVERFLOW' }],
    ['falls silent in its header', 'X: ', { kind: 'timed-out', after: 300, connected: true }],
    ['falls silent in its body', 'Content-Length: 10\r\n\r\nhalf', { kind: 'timed-out', after: 300, connected: true }],
  ])('is not kept by a server that %s', async (_name, rest, answer) => {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      socket.once('data', () => void socket.write(`HTTP/1.1 200 OK\r\n${rest}`));
    });
    const url = await serve(server);

    expect(await httpGet({ url, deadline: 300, maxBytes: 100, kept: true })).toMatchObject(answer);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it.each<[string, string, object]>([
    ['all', 'Content-Length: 2\r\n\r\nok', { kind: 'response', body: 'ok' }],
    ['half', 'Content-Length: 2\r\n\r\no', { kind: 'failed', code: 'ECONNRESET' }],
    ['all, by closing', '\r\nok', { kind: 'response', body: 'ok' }],
  ])('hears a server out that closes its side after %s of it', async (_name, rest, answer) => {
    const url = await serve(
      net.createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => undefined).once('data', () => void socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
      }),
    );

    expect(await httpGet({ url, deadline: 1000 })).toMatchObject(answer);
  });

  it('sends a whole request', async () => {
    let heard = '';
    const server = http.createServer((request, response) => {
      heard = `${request.method} ${request.url} ${request.headers.host} ${request.headers['user-agent']} ${request.headers.connection} ${request.headers.accept}`;
      response.end();
    });
    const url = await serve(server);
    await httpGet({ url: `${url}a/b?c=%20d`, deadline: 1000, headers: { accept: 'text/plain' } });

    expect(heard).toBe(`GET /a/b?c=%20d ${new URL(url).host} nodemend close text/plain`);
  });

  describe('with a kept connection', () => {
    /** Counts the connections that it was offered. */
    async function counting(path: string, handler: http.RequestListener = (_, response) => void response.end('OK')) {
      const server = http.createServer(handler);
      const connections = { count: 0 };
      server.on('connection', () => {
        connections.count += 1;
      });
      return { server, connections, socketPath: await serve(server, join(directory, path)) };
    }
    const ping = (socketPath: string, kept = true) =>
      httpGet({ url: 'http://localhost/_ping', socketPath, deadline: 1000, kept });

    it('asks again on the connection that it has', async () => {
      const { connections, socketPath } = await counting('kept.sock');

      for (let time = 0; time < 3; time += 1) expect(await ping(socketPath)).toMatchObject({ kind: 'response', body: 'OK' });
      expect(connections.count).toBe(1);
    });

    it('makes a connection of its own for each request that is not kept', async () => {
      const { connections, socketPath } = await counting('own.sock');

      for (let time = 0; time < 3; time += 1) await ping(socketPath, false);
      expect(connections.count).toBe(3);
    });

    it('finds the server that took its place', async () => {
      const { server, socketPath } = await counting('restarted.sock');
      await ping(socketPath);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const next = await counting('restarted.sock', (_, response) => void response.end('new'));

      expect(await ping(next.socketPath)).toMatchObject({ kind: 'response', body: 'new' });
    });

    it('says that a server is down as soon as nobody listens', async () => {
      const { server, socketPath } = await counting('down.sock');
      await ping(socketPath);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));

      expect(await ping(socketPath)).toEqual({ kind: 'missing' });
    });

    it('takes nothing for an answer that came before it asked', async () => {
      const accepted: net.Socket[] = [];
      const server = net.createServer((socket) => {
        accepted.push(socket);
        socket.on('error', () => undefined);
        socket.on('data', () => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK'));
      });
      const socketPath = await serve(server, join(directory, 'early.sock'));
      await ping(socketPath);

      accepted[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nBAD');
      await expect.poll(() => accepted[0]?.closed).toBe(true);

      expect(await ping(socketPath)).toMatchObject({ body: 'OK' });
      expect(accepted.length).toBe(2);
      for (const socket of accepted) socket.destroy();
    });

    it('makes a second connection for a second question at the same time', async () => {
      const { connections, socketPath } = await counting('twice.sock');
      await Promise.all([ping(socketPath), ping(socketPath)]);
      await ping(socketPath);

      expect(connections.count).toBe(2);
    });

    it('ends at the deadline when the server falls silent, and asks the next time on another connection', async () => {
      let silent = false;
      const { connections, socketPath } = await counting('silent.sock', (_, response) => {
        if (!silent) response.end('OK');
      });
      await ping(socketPath);
      silent = true;

      expect(await ping(socketPath)).toEqual({ kind: 'timed-out', after: 1000, connected: true });
      silent = false;
      expect(await ping(socketPath)).toMatchObject({ body: 'OK' });
      expect(connections.count).toBe(2);
    });
  });
});

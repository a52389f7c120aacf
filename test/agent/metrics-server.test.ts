import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type MetricsServerOptions, parseListen, serveMetrics } from '../../agent/metrics-server.ts';

async function serverOf(options: Partial<MetricsServerOptions> = {}) {
  const failures: string[] = [];
  const server = serveMetrics({
    listen: '127.0.0.1:0',
    text: () => 'm 1\n',
    unwell: () => undefined,
    onFailure: (why) => failures.push(why),
    ...options,
  });
  onTestFinished(() => server.close());
  await expect.poll(() => server.address() ?? failures[0]).toBeDefined();
  return { server, failures, url: `http://${server.address()}` };
}

/** What comes back for raw bytes, until the server hangs up. */
async function raw(address: string, bytes: string): Promise<string> {
  const { host, port } = parseListen(address);
  const socket = net.connect(port, host, () => socket.write(bytes));
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.on('close', resolve));
  return text;
}

describe('serveMetrics', () => {
  it('serves the metrics as Prometheus wants them', async () => {
    const { url } = await serverOf();
    const answer = await fetch(`${url}/metrics?x=1`);

    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toBe('m 1\n');
  });

  it.each([
    ['/healthz', undefined, 200, 'ok\n'],
    ['/healthz', 'no check has finished for 3m', 503, 'no check has finished for 3m\n'],
    ['/', undefined, 404, '/metrics or /healthz\n'],
    ['/metrics/../../etc/passwd', undefined, 404, '/metrics or /healthz\n'],
  ])('%s (%s) → %i', async (path, why, status, body) => {
    const { url } = await serverOf({ unwell: () => why });
    const answer = await fetch(`${url}${path}`);

    expect([answer.status, await answer.text()]).toEqual([status, body]);
  });

  it('takes no other method, and no body', async () => {
    const { server } = await serverOf();

    expect(await raw(server.address() ?? '', 'POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n')).toMatch(
      /^HTTP\/1.1 405/,
    );
  });

  it.each([
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n'],
    ['endless headers', `GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(5000)}`],
  ])('hangs up on %s', async (_, bytes) => {
    const { server } = await serverOf();

    expect(await raw(server.address() ?? '', bytes)).not.toMatch(/200 OK/);
    expect((await fetch(`http://${server.address()}/metrics`)).status).toBe(200);
  });

  it('says that its address is taken, and lives on', async () => {
    const { server } = await serverOf();
    const { failures } = await serverOf({ listen: server.address() ?? '' });

    expect(failures).toEqual([expect.stringContaining('EADDRINUSE')]);
  });
});

describe('parseListen', () => {
  it.each([
    ['127.0.0.1:20280', '127.0.0.1', 20_280],
    ['[::1]:9100', '::1', 9100],
    ['localhost:1', 'localhost', 1],
  ])('%s', (listen, host, port) => {
    expect(parseListen(listen)).toEqual({ host, port });
  });
});

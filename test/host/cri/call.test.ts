import { afterEach, describe, expect, it } from 'vitest';
import { criClient } from '../../../lib/host/cri/call.ts';
import { methods } from '../../../lib/host/cri/messages.ts';
import { decode, encode, type Value } from '../../../lib/host/cri/wire.ts';
import { type CriServer, criServer, framed, type Handler, rawServer, refuse, reply } from './server.ts';

let server: CriServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const bytesOf = (name: string, value: Value) => encode(methods[name]?.response ?? {}, value);

const VERSION = { version: '0.1.0', runtimeName: 'containerd', runtimeVersion: '1.6.20', runtimeApiVersion: 'v1' };
const version: Handler = (stream) => reply(stream, bytesOf('RuntimeService/Version', VERSION));

async function ask(handler: Handler, method = 'Version', request: Value = {}, deadline = 5000) {
  server = await criServer(handler);
  return await criClient()({ socketPath: server.socketPath, service: 'RuntimeService', method, request, deadline });
}

describe('criCall', () => {
  it('answers with the message and the version of the API', async () => {
    expect(await ask(version)).toMatchObject({ kind: 'response', version: 'v1', response: VERSION });
    expect(server?.paths).toEqual(['/runtime.v1.RuntimeService/Version']);
  });

  it('reads conditions that are false, with their reason', async () => {
    const conditions = [
      { type: 'RuntimeReady', status: true, reason: '', message: '' },
      { type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message: 'cni plugin not initialized' },
    ];

    const answer = await ask((stream) => reply(stream, bytesOf('RuntimeService/Status', { status: { conditions } })), 'Status');

    expect(answer).toMatchObject({ kind: 'response', response: { status: { conditions }, info: {} } });
  });

  it('sends the request', async () => {
    let sent: Value = {};
    await ask(
      (stream, _, body) => {
        sent = decode(methods['RuntimeService/ContainerStatus']?.request ?? {}, body.subarray(5));
        reply(stream, Buffer.alloc(0));
      },
      'ContainerStatus',
      { containerId: 'c0ffee', verbose: true },
    );

    expect(sent).toEqual({ containerId: 'c0ffee', verbose: true });
  });

  it('tells the server its deadline, so that calls do not pile up in it', async () => {
    let timeout: unknown;
    await ask((stream, headers, body) => {
      timeout = headers['grpc-timeout'];
      version(stream, headers, body);
    });

    expect(timeout).toBe('5000m');
  });

  it('falls back to v1alpha2 and remembers it for the socket', async () => {
    server = await criServer((stream, headers, body) => {
      if (String(headers[':path']).startsWith('/runtime.v1.')) refuse(stream, 12, 'unknown service runtime.v1.RuntimeService');
      else version(stream, headers, body);
    });
    const request = { socketPath: server.socketPath, service: 'RuntimeService', method: 'Version', deadline: 5000 } as const;
    const criCall = criClient();

    expect(await criCall(request)).toMatchObject({ kind: 'response', version: 'v1alpha2' });
    await criCall(request);

    expect(server.paths.map((path) => path.split('.')[1])).toEqual(['v1', 'v1alpha2', 'v1alpha2']);
  });

  it('finds v1 again after the runtime was upgraded', async () => {
    let spoken = 'v1alpha2';
    server = await criServer((stream, headers, body) => {
      if (headers[':path'] === `/runtime.${spoken}.RuntimeService/Version`) version(stream, headers, body);
      else refuse(stream, 12);
    });
    const request = { socketPath: server.socketPath, service: 'RuntimeService', method: 'Version', deadline: 5000 } as const;
    const criCall = criClient();
    await criCall(request);

    spoken = 'v1';

    expect(await criCall(request)).toMatchObject({ kind: 'response', version: 'v1' });
  });

  it('says UNIMPLEMENTED when the CRI plugin is disabled: the server lives', async () => {
    expect(await ask((stream) => refuse(stream, 12, 'unknown service runtime.v1.RuntimeService'))).toEqual({
      kind: 'grpc-error',
      code: 12,
      message: 'unknown service runtime.v1.RuntimeService',
    });
  });

  it('decodes the percent-encoded message of an error in the trailers', async () => {
    const answer = await ask((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5', 'grpc-message': 'no such container%3A 100%' }));
      stream.end();
    });

    // A message that cannot be decoded is shown as it came.
    expect(answer).toEqual({ kind: 'grpc-error', code: 5, message: 'no such container%3A 100%' });
  });

  it.each<[string, Handler]>([
    ['never answers', () => undefined],
    ['sends headers and then nothing', (stream) => stream.respond({ ':status': 200 })],
    [
      'drips its answer',
      (stream) => {
        stream.respond({ ':status': 200 });
        const timer = setInterval(() => stream.write(Buffer.alloc(1)), 20);
        stream.on('close', () => clearInterval(timer));
      },
    ],
  ])('ends at its deadline when the server %s', async (_, handler) => {
    expect(await ask(handler, 'Version', {}, 150)).toEqual({ kind: 'timed-out', after: 150, connected: true });
  });

  it('ends at its deadline when the server accepts and says nothing at all', async () => {
    server = await rawServer(() => undefined);

    const answer = await criClient()({
      socketPath: server.socketPath,
      service: 'RuntimeService',
      method: 'Version',
      deadline: 150,
    });

    expect(answer).toEqual({ kind: 'timed-out', after: 150, connected: true });
  });

  it.each<[string, Handler, string]>([
    ['a message that is garbage', (stream) => reply(stream, Buffer.from([0x0a, 0xff, 0x01])), 'MALFORMED_MESSAGE'],
    ['a status that is no gRPC', (stream) => stream.respond({ ':status': 404 }, { endStream: true }), 'HTTP_404'],
    [
      'a frame that is shorter than it says',
      (stream) => {
        stream.respond({ ':status': 200 }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(framed(Buffer.alloc(100)).subarray(0, 20));
      },
      'MALFORMED_FRAME',
    ],
    [
      'more than the kubelet would read',
      (stream) => {
        stream.respond({ ':status': 200 });
        const chunk = Buffer.alloc(1024 * 1024);
        const more = () => stream.destroyed || stream.write(chunk, () => more());
        more();
      },
      'MESSAGE_TOO_LARGE',
    ],
  ])('survives %s', async (_, handler, code) => {
    expect(await ask(handler)).toEqual({ kind: 'failed', code });
  });

  it.each([
    ['closes at once', (socket: { destroy(): void }) => socket.destroy()],
    ['speaks HTTP/1.1', (socket: { end(text: string): void }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('fails when the server %s', async (_, handler) => {
    server = await rawServer(handler);

    const answer = await criClient()({
      socketPath: server.socketPath,
      service: 'RuntimeService',
      method: 'Version',
      deadline: 2000,
    });

    expect(answer.kind).toBe('failed');
  });

  it('says missing without a socket and refused without a listener', async () => {
    server = await criServer(version);
    const criCall = criClient();
    const request = { service: 'RuntimeService', method: 'Version', deadline: 1000 } as const;

    expect(await criCall({ ...request, socketPath: `${server.socketPath}.none` })).toEqual({ kind: 'missing' });
    expect((await criCall({ ...request, socketPath: import.meta.filename })).kind).toBe('refused');
  });

  it('rejects a method it has no description of', async () => {
    await expect(ask(version, 'StopContainer')).rejects.toThrow('StopContainer');
  });
});

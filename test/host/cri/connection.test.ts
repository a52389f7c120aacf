import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { criClient } from '../../../lib/host/cri/call.ts';
import { encodeFrame, FLAG, FRAME, FrameReader } from '../../../lib/host/cri/frames.ts';
import { methods } from '../../../lib/host/cri/messages.ts';
import { encode } from '../../../lib/host/cri/wire.ts';
import { type CriServer, framed, rawServer } from './server.ts';

let server: CriServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const NOTHING = Buffer.alloc(0);
const NAMES = { runtimeName: 'containerd', runtimeVersion: '1.6.20' };
const MESSAGE = framed(encode(methods['RuntimeService/Version']?.response ?? {}, NAMES));
const STATUS_200 = Buffer.from('88', 'hex');
const GRPC_OK = Buffer.from('000b677270632d7374617475730130', 'hex');
const settings = encodeFrame(FRAME.settings, 0, 0, NOTHING);
const headers = (stream = 1, block = STATUS_200) => encodeFrame(FRAME.headers, FLAG.endHeaders, stream, block);
const data = (stream = 1) => encodeFrame(FRAME.data, 0, stream, MESSAGE);
const trailers = (stream = 1) => encodeFrame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, stream, GRPC_OK);
const answer = (stream = 1) => [headers(stream), data(stream), trailers(stream)];

/** What the client sent behind its preface. */
function framesOf(bytes: Buffer) {
  return [...new FrameReader().push(bytes.subarray(24))].map(({ type, flags, stream, payload }) => ({
    type,
    flags,
    stream,
    payload: Buffer.from(payload),
  }));
}

/** A server that says all of it on the first word, in pieces of so many bytes. */
async function saying(frames: readonly Buffer[], pieces = Number.POSITIVE_INFINITY) {
  const heard: Buffer[] = [];
  server = await rawServer((socket: Socket) => {
    socket.once('data', () => {
      const bytes = Buffer.concat([settings, ...frames]);
      for (let at = 0; at < bytes.length; at += pieces) socket.write(bytes.subarray(at, at + pieces));
    });
    socket.on('data', (chunk) => heard.push(chunk));
  });
  const { socketPath } = server;
  const call = criClient();
  const ask = (deadline = 2000) => call({ socketPath, service: 'RuntimeService', method: 'Version', deadline, kept: true });
  return { ask, heard: () => framesOf(Buffer.concat(heard)) };
}

describe('an HTTP/2 connection', () => {
  it.each([1, 7, Number.POSITIVE_INFINITY])('reads an answer that comes in pieces of %d bytes', async (pieces) => {
    const { ask } = await saying(answer(), pieces);

    expect(await ask()).toMatchObject({ kind: 'response', response: NAMES });
  });

  it('reads padding, priority, continuations, and what it does not know', async () => {
    const { ask } = await saying([
      encodeFrame(0x77, 0xff, 1, Buffer.from('unknown')),
      encodeFrame(FRAME.windowUpdate, 0, 0, Buffer.of(0, 0, 1, 0)),
      encodeFrame(
        FRAME.headers,
        FLAG.padded | FLAG.priority,
        1,
        Buffer.concat([Buffer.of(2, 0, 0, 0, 0, 16), STATUS_200, Buffer.alloc(2)]),
      ),
      encodeFrame(FRAME.continuation, FLAG.endHeaders, 1, NOTHING),
      encodeFrame(FRAME.data, FLAG.padded, 1, Buffer.concat([Buffer.of(3), MESSAGE.subarray(0, 4), Buffer.alloc(3)])),
      encodeFrame(FRAME.data, 0, 1, MESSAGE.subarray(4)),
      encodeFrame(FRAME.headers, FLAG.endStream, 1, GRPC_OK.subarray(0, 5)),
      encodeFrame(FRAME.continuation, FLAG.endHeaders, 1, GRPC_OK.subarray(5)),
    ]);

    expect(await ask()).toMatchObject({ kind: 'response', response: NAMES });
  });

  it('allows its server no table, acknowledges settings and answers pings', async () => {
    const { ask, heard } = await saying([encodeFrame(FRAME.ping, 0, 0, Buffer.from('12345678')), ...answer()]);
    await ask();
    await expect.poll(() => heard().filter(({ flags, type }) => flags === FLAG.ack && type === FRAME.ping).length).toBe(1);

    const [first] = heard();
    expect(first?.type).toBe(FRAME.settings);
    expect(first?.payload.toString('hex')).toMatch(/^000100000000000200000000/);
    expect(heard().some(({ flags, type }) => type === FRAME.settings && flags === FLAG.ack)).toBe(true);
    expect(
      heard()
        .find(({ type, flags }) => type === FRAME.ping && flags === FLAG.ack)
        ?.payload.toString(),
    ).toBe('12345678');
  });

  it('takes what the connection was allowed to send back into its window with the next request', async () => {
    const heard: Buffer[] = [];
    server = await rawServer((socket: Socket) => {
      let asked = 0;
      socket.on('data', (chunk) => {
        heard.push(chunk);
        const requests = framesOf(Buffer.concat(heard)).filter(({ type }) => type === FRAME.headers).length;
        for (; asked < requests; asked += 1) socket.write(Buffer.concat(answer(2 * asked + 1)));
      });
    });
    const { socketPath } = server;
    const call = criClient();
    const ask = () => call({ socketPath, service: 'RuntimeService', method: 'Version', deadline: 2000, kept: true });

    expect(await ask()).toMatchObject({ kind: 'response' });
    expect(await ask()).toMatchObject({ kind: 'response' });

    const updates = framesOf(Buffer.concat(heard)).filter(({ type }) => type === FRAME.windowUpdate);
    expect(updates.map(({ payload }) => payload.readUInt32BE())).toEqual([17 * 1024 * 1024, MESSAGE.length]);
  });

  it('is given up when its server says that it leaves', async () => {
    let connections = 0;
    server = await rawServer((socket: Socket) => {
      connections += 1;
      const leaving = encodeFrame(FRAME.goAway, 0, 0, Buffer.of(0, 0, 0, 1, 0, 0, 0, 0));
      socket.once('data', () => void socket.write(Buffer.concat([leaving, ...answer()])));
    });
    const { socketPath } = server;
    const call = criClient();
    const ask = () => call({ socketPath, service: 'RuntimeService', method: 'Version', deadline: 2000, kept: true });

    expect([await ask(), await ask()]).toMatchObject([{ kind: 'response' }, { kind: 'response' }]);
    expect(connections).toBe(2);
  });

  it.each<[string, readonly Buffer[], string]>([
    ['a frame of 16 MB', [Buffer.from('ffffff000000000001', 'hex')], 'HTTP2_FRAME_SIZE'],
    [
      'headers without end',
      [encodeFrame(FRAME.headers, 0, 1, STATUS_200), ...Array(3).fill(encodeFrame(FRAME.continuation, 0, 1, Buffer.alloc(9000)))],
      'HTTP2_HEADERS_TOO_LONG',
    ],
    ['data in the middle of headers', [encodeFrame(FRAME.headers, 0, 1, STATUS_200), data()], 'HTTP2_CONTINUATION'],
    ['a continuation of nothing', [encodeFrame(FRAME.continuation, 4, 1, STATUS_200)], 'HTTP2_CONTINUATION'],
    ['more padding than there is', [encodeFrame(FRAME.data, FLAG.padded, 1, Buffer.of(9, 0))], 'HTTP2_PADDING'],
    ['padding of an unknown length', [encodeFrame(FRAME.data, FLAG.padded, 1, NOTHING)], 'HTTP2_PADDING'],
    ['a push', [encodeFrame(FRAME.pushPromise, 4, 1, Buffer.alloc(8))], 'HTTP2_PUSH'],
    ['a stream that was reset', [encodeFrame(FRAME.resetStream, 0, 1, Buffer.of(0, 0, 0, 2))], 'HTTP2_STREAM_RESET'],
    ['a reset without a reason', [encodeFrame(FRAME.resetStream, 0, 1, NOTHING)], 'ERR_BUFFER_OUT_OF_BOUNDS'],
    ['headers that are none', [headers(1, Buffer.from('ffffffffffffff', 'hex'))], 'HPACK_INTEGER'],
    ['that it leaves without an answer', [encodeFrame(FRAME.goAway, 0, 0, Buffer.alloc(8))], 'CONNECTION_CLOSED'],
  ])('survives %s', async (_, frames, code) => {
    const { ask } = await saying(frames);

    expect(await ask()).toEqual({ kind: 'failed', code });
  });

  it.each<[string, readonly Buffer[]]>([
    ['answers what nobody asked', answer(3)],
    ['acknowledges and says no more', [encodeFrame(FRAME.settings, FLAG.ack, 0, NOTHING)]],
    ['sends half a frame', [data().subarray(0, 12)]],
  ])('waits no longer than its deadline for one that %s', async (_, frames) => {
    const { ask } = await saying(frames);

    expect(await ask(150)).toEqual({ kind: 'timed-out', after: 150, connected: true });
  });
});

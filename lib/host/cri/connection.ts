import type { Bytes } from '../../model/units.ts';
import { BoundedBytes } from '../bounded-bytes.ts';
import { dial } from '../dial.ts';
import { contentOf, encodeFrame, FLAG, FRAME, type Frame, FrameReader, LARGEST_FRAME } from './frames.ts';
import { ACKNOWLEDGED, HELLO, MAX_MESSAGE, windowUpdate } from './hello.ts';
import { decodeHeaders, encodeHeaders } from './hpack.ts';
import { ProtocolError } from './protocol-error.ts';

export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What came back on one stream; its headers and trailers as one. */
export interface Returned {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly truncated: boolean;
}

/** An HTTP/2 connection over a unix socket, for one request at a time. */
export interface Connection {
  /** Settles when the socket is connected; rejects with the connect's error. */
  readonly connected: Promise<void>;
  isConnected(): boolean;
  /** It can take another request. */
  isOpen(): boolean;
  /** Rejects when the connection ends before the answer; it is of no use any more then. */
  send(request: Sent): Promise<Returned>;
  /** Nobody waits for anything: it must not keep the process; undone by the next `send`. */
  rest(): void;
  end(): void;
}

interface Stream {
  readonly id: number;
  readonly body: BoundedBytes;
  headers: ReadonlyMap<string, string>;
  resolve(answer: Returned): void;
  reject(error: Error): void;
}

const CLOSED = Object.assign(new Error('connection closed'), { code: 'CONNECTION_CLOSED' });
const NO_ERROR = 0;
const NOTHING: Buffer = Buffer.alloc(0);

/** `buffer`: what is read at once, at most. */
export function connect(socketPath: string, buffer: Bytes): Connection {
  const { promise: connected, resolve: onConnect, reject: onFailure } = Promise.withResolvers<void>();
  connected.catch(() => undefined);
  const reader = new FrameReader();
  let stream: Stream | undefined;
  let last = -1;
  let leaving = false;
  /** Of the connection's window. */
  let used = 0;
  let block: { readonly bytes: Buffer; readonly endsStream: boolean } | undefined;

  function fail(error: Error): void {
    socket.destroy();
    onFailure(error);
    stream?.reject(error);
    stream = undefined;
  }

  function finish(): void {
    if (stream === undefined) return;
    const { headers, body, resolve } = stream;
    stream = undefined;
    resolve({ headers, body: body.taken(), truncated: body.truncated });
  }

  function onData(frame: Frame): void {
    used += frame.payload.length;
    if (frame.stream !== stream?.id) return;
    stream.body.append(contentOf(frame));
    if (stream.body.truncated) leaving = true;
    if (stream.body.truncated || (frame.flags & FLAG.endStream) !== 0) finish();
  }

  function onBlock(frame: Frame, part: Buffer): void {
    const bytes = Buffer.concat([block?.bytes ?? NOTHING, part]);
    const endsStream = block?.endsStream ?? (frame.flags & FLAG.endStream) !== 0;
    if (bytes.length > LARGEST_FRAME) throw new ProtocolError('HTTP2_HEADERS_TOO_LONG');
    block = (frame.flags & FLAG.endHeaders) === 0 ? { bytes, endsStream } : undefined;
    if (block !== undefined) return;
    const headers = decodeHeaders(bytes);
    if (frame.stream !== stream?.id) return;
    stream.headers = new Map([...stream.headers, ...headers]);
    if (endsStream) finish();
  }

  function onReset({ stream: id, payload }: Frame): void {
    if (id !== stream?.id) return;
    if (payload.readUInt32BE(0) !== NO_ERROR) throw new ProtocolError('HTTP2_STREAM_RESET');
    finish();
  }

  function onGoAway(payload: Buffer): void {
    leaving = true;
    // What began after the last stream that it names will never be answered.
    if (stream !== undefined && (payload.readUInt32BE(0) & 0x7fffffff) < stream.id) throw CLOSED;
  }

  function onFrame(frame: Frame): void {
    const { type, flags, payload } = frame;
    if ((type === FRAME.continuation) !== (block !== undefined)) throw new ProtocolError('HTTP2_CONTINUATION');
    if (type === FRAME.data) onData(frame);
    else if (type === FRAME.headers) onBlock(frame, contentOf(frame));
    else if (type === FRAME.continuation) onBlock(frame, payload);
    else if (type === FRAME.resetStream) onReset(frame);
    else if (type === FRAME.settings && (flags & FLAG.ack) === 0) socket.write(ACKNOWLEDGED);
    else if (type === FRAME.ping && (flags & FLAG.ack) === 0) socket.write(encodeFrame(FRAME.ping, FLAG.ack, 0, payload));
    else if (type === FRAME.pushPromise) throw new ProtocolError('HTTP2_PUSH');
    else if (type === FRAME.goAway) onGoAway(payload);
  }

  const hearer = {
    onConnect,
    onBytes(bytes: Buffer) {
      try {
        for (const frame of reader.push(bytes)) onFrame(frame);
      } catch (error) {
        fail(error instanceof Error ? error : new ProtocolError('HTTP2'));
      }
    },
    onEnd: (error: Error | undefined) => fail(error ?? CLOSED),
  };
  const socket = dial({ path: socketPath }, hearer, buffer);
  socket.write(HELLO);
  return {
    connected,
    isConnected: () => socket.isConnected,
    isOpen: () => socket.isOpen && socket.isConnected && !leaving,
    send({ headers, body }) {
      if (!socket.isOpen) return Promise.reject(CLOSED);
      const { promise, resolve, reject } = Promise.withResolvers<Returned>();
      last += 2;
      stream = { id: last, body: new BoundedBytes(MAX_MESSAGE), headers: new Map(), resolve, reject };
      socket.hand(hearer);
      const start = encodeFrame(FRAME.headers, FLAG.endHeaders, last, encodeHeaders(headers));
      const rest = encodeFrame(FRAME.data, FLAG.endStream, last, body);
      socket.write(Buffer.concat([used === 0 ? NOTHING : windowUpdate(used), start, rest]));
      used = 0;
      return promise;
    },
    rest: () => socket.rest(),
    end: () => socket.destroy(),
  };
}

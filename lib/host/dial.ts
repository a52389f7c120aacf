import net from 'node:net';
import type { Bytes, Duration } from '../model/units.ts';

export interface Place {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
}

/** Who hears what comes on a connection; after `onEnd` nothing comes any more. */
export interface Hearer {
  onConnect?(): void;
  /** Only valid until it returns. */
  onBytes(bytes: Buffer): void;
  /** Without an error the other side has said all it wanted to. */
  onEnd(error: Error | undefined): void;
}

export interface Connection {
  readonly since: Duration;
  readonly isConnected: boolean;
  /** Has it heard by somebody else from now on. */
  hand(hearer: Hearer): void;
  /** Nobody waits for it: it keeps no process alive until it is handed on. */
  rest(): void;
  /** False: it has ended. */
  readonly isOpen: boolean;
  write(bytes: string | Buffer): void;
  destroy(): void;
}

/** `buffer`: what is read at once, at most. A socket without node's streams in between: what is read costs one call. While nobody hears it, it keeps no process alive. */
export function dial(place: Place, first: Hearer, buffer: Bytes): Connection {
  const since = performance.now();
  let hearer = first;
  let isConnected = false;
  let isOpen = true;
  const end = (error: Error | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    socket.destroy();
    hearer.onEnd(error);
  };
  const onread = {
    buffer: Buffer.allocUnsafeSlow(buffer),
    callback(length: number, read: Uint8Array): boolean {
      hearer.onBytes(Buffer.from(read.buffer, read.byteOffset, length));
      return true;
    },
  };
  const { path, host = '127.0.0.1', port = 80 } = place;
  const socket = net.connect(path === undefined ? { host, port, onread } : { path, onread });
  socket.on('connect', () => {
    isConnected = true;
    hearer.onConnect?.();
  });
  socket.on('error', end);
  socket.on('end', () => end(undefined));
  socket.on('close', () => end(undefined));
  return {
    since,
    get isConnected() {
      return isConnected;
    },
    get isOpen() {
      return isOpen;
    },
    hand(next) {
      hearer = next;
      socket.ref();
    },
    rest: () => void socket.unref(),
    write: (bytes) => void socket.write(bytes, 'latin1'),
    destroy() {
      isOpen = false;
      socket.destroy();
    },
  };
}

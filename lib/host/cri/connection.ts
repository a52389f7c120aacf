import http2, { type ClientHttp2Session } from 'node:http2';
import net from 'node:net';

export interface Connection {
  readonly session: ClientHttp2Session;
  /** Settles when the socket is connected; rejects with the connect's error. */
  readonly connected: Promise<void>;
  isConnected(): boolean;
  /** It can take another call. */
  isOpen(): boolean;
  end(): void;
}

/** An HTTP/2 connection over a unix socket. */
export function connect(socketPath: string): Connection {
  const { promise: connected, resolve, reject } = Promise.withResolvers<void>();
  connected.catch(() => undefined);
  let open = false;
  const socket = net.connect(socketPath);
  socket.once('connect', () => {
    open = true;
    resolve();
  });
  socket.once('error', reject);
  const session = http2.connect('http://localhost', { createConnection: () => socket });
  // Every request gets the error too; without a listener it would end the process.
  session.on('error', reject);
  session.on('close', () => reject(Object.assign(new Error('connection closed'), { code: 'CONNECTION_CLOSED' })));
  const isOpen = () => open && !session.closed && !session.destroyed;
  return { session, connected, isConnected: () => open, isOpen, end: () => session.destroy() };
}

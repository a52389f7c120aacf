import { mkdtempSync, rmSync } from 'node:fs';
import http2, { type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A framed gRPC message. */
export function framed(bytes: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

/** Answers as grpc-go does: headers, the message, the status in the trailers. */
export function reply(stream: ServerHttp2Stream, bytes: Buffer): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(framed(bytes));
}

/** A failure without a message: grpc-go sends "trailers only". */
export function refuse(stream: ServerHttp2Stream, code: number, message = ''): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': code, 'grpc-message': message },
    { endStream: true },
  );
}

export interface CriServer {
  readonly socketPath: string;
  readonly paths: string[];
  close(): Promise<void>;
}

export type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer) => void;

function listen(server: net.Server | Http2Server, paths: string[] = []): Promise<CriServer> {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-cri-'));
  const socketPath = join(directory, 'cri.sock');
  const connections = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
  });
  const close = () => {
    for (const socket of connections) socket.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => {
      rmSync(directory, { recursive: true, force: true });
      resolve();
    });
    return promise;
  };
  const { promise, resolve } = Promise.withResolvers<CriServer>();
  server.listen(socketPath, () => resolve({ socketPath, paths, close }));
  return promise;
}

/** A real gRPC server on a unix socket. */
export function criServer(handler: Handler): Promise<CriServer> {
  const paths: string[] = [];
  const server = http2.createServer();
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    paths.push(String(headers[':path']));
    stream.on('error', () => undefined);
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => handler(stream, headers, Buffer.concat(chunks)));
  });
  return listen(server, paths);
}

/** A server that is not gRPC at all. */
export function rawServer(handler: (socket: net.Socket) => void): Promise<CriServer> {
  return listen(net.createServer(handler));
}

import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { Bytes, Duration } from '../../model/units.ts';
import { MiB } from '../../model/units.ts';

/** The kubelet's own limit for a CRI message. */
const MAX_MESSAGE: Bytes = 16 * MiB;
const FRAME_HEADER = 5;

export type UnaryAnswer =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  | { readonly kind: 'status'; readonly code: number; readonly message: string }
  | { readonly kind: 'malformed'; readonly code: string };

export interface UnaryCall {
  /** `/runtime.v1.RuntimeService/Version`. */
  readonly path: string;
  readonly body: Buffer;
  readonly deadline: Duration;
  readonly signal: AbortSignal;
}

/** Length-prefixed message: one byte "compressed", four bytes length, big endian. */
function frame(body: Buffer): Buffer {
  const header = Buffer.alloc(FRAME_HEADER);
  header.writeUInt32BE(body.length, 1);
  return Buffer.concat([header, body]);
}

/** grpc-message is percent-encoded; a broken one is shown as it came. */
function statusMessage(headers: IncomingHttpHeaders): string {
  const text = String(headers['grpc-message'] ?? '');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toAnswer(headers: IncomingHttpHeaders, body: Buffer): UnaryAnswer {
  // A trailers-only answer carries grpc-status in its first and only headers.
  const status = headers['grpc-status'];
  if (status === undefined) return { kind: 'malformed', code: `HTTP_${headers[':status'] ?? 'NO_STATUS'}` };
  const code = Number(status);
  if (code !== 0) return { kind: 'status', code: Number.isInteger(code) ? code : 2, message: statusMessage(headers) };
  if (body.length < FRAME_HEADER || body[0] !== 0) return { kind: 'malformed', code: 'MALFORMED_FRAME' };
  if (body.readUInt32BE(1) !== body.length - FRAME_HEADER) return { kind: 'malformed', code: 'MALFORMED_FRAME' };
  return { kind: 'message', bytes: body.subarray(FRAME_HEADER) };
}

function collect(stream: ClientHttp2Stream): Promise<UnaryAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UnaryAnswer>();
  const chunks: Buffer[] = [];
  let length = 0;
  let headers: IncomingHttpHeaders = {};
  stream.on('response', (received) => {
    headers = { ...headers, ...received };
  });
  stream.on('trailers', (received) => {
    headers = { ...headers, ...received };
  });
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= MAX_MESSAGE) return;
    resolve({ kind: 'malformed', code: 'MESSAGE_TOO_LARGE' });
    stream.close(http2.constants.NGHTTP2_CANCEL);
  });
  stream.on('error', reject);
  stream.on('close', () => resolve(toAnswer(headers, Buffer.concat(chunks))));
  return promise;
}

/** One call on an open connection. Rejects with the transport's error, or with the signal's reason at the deadline. */
export async function unary(session: ClientHttp2Session, call: UnaryCall): Promise<UnaryAnswer> {
  call.signal.throwIfAborted();
  const stream = session.request({
    ':method': 'POST',
    ':path': call.path,
    te: 'trailers',
    'content-type': 'application/grpc',
    'user-agent': 'nodemend',
    // The server gives up with us, so that probes of a slow runtime do not pile up in it.
    'grpc-timeout': `${Math.max(1, Math.ceil(call.deadline))}m`,
  });
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => {
    reject(call.signal.reason);
    stream.close(http2.constants.NGHTTP2_CANCEL);
  };
  call.signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = collect(stream);
    answer.catch(() => undefined);
    stream.end(frame(call.body));
    return await Promise.race([answer, aborted]);
  } finally {
    call.signal.removeEventListener('abort', stop);
  }
}

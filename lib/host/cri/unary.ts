import type { Duration } from '../../model/units.ts';
import type { Connection } from './connection.ts';

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
}

type Headers = ReadonlyMap<string, string>;

/** Length-prefixed message: one byte "compressed", four bytes length, big endian. */
function frame(body: Buffer): Buffer {
  const header = Buffer.alloc(FRAME_HEADER);
  header.writeUInt32BE(body.length, 1);
  return Buffer.concat([header, body]);
}

/** grpc-message is percent-encoded; a broken one is shown as it came. */
function statusMessage(headers: Headers): string {
  const text = headers.get('grpc-message') ?? '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toAnswer(headers: Headers, body: Buffer): UnaryAnswer {
  // A trailers-only answer carries grpc-status in its first and only headers.
  const status = headers.get('grpc-status');
  if (status === undefined) return { kind: 'malformed', code: `HTTP_${headers.get(':status') ?? 'NO_STATUS'}` };
  const code = Number(status);
  if (code !== 0) return { kind: 'status', code: Number.isInteger(code) ? code : 2, message: statusMessage(headers) };
  if (body.length < FRAME_HEADER || body[0] !== 0) return { kind: 'malformed', code: 'MALFORMED_FRAME' };
  if (body.readUInt32BE(1) !== body.length - FRAME_HEADER) return { kind: 'malformed', code: 'MALFORMED_FRAME' };
  return { kind: 'message', bytes: body.subarray(FRAME_HEADER) };
}

/** One call on an open connection. Rejects with the transport's error. */
export async function unary(connection: Connection, call: UnaryCall): Promise<UnaryAnswer> {
  const { headers, body, truncated } = await connection.send({
    headers: {
      ':path': call.path,
      ':authority': 'localhost',
      te: 'trailers',
      'content-type': 'application/grpc',
      'user-agent': 'nodemend',
      // The server gives up with us, so that probes of a slow runtime do not pile up in it.
      'grpc-timeout': `${Math.max(1, Math.ceil(call.deadline))}m`,
    },
    body: frame(call.body),
  });
  return truncated ? { kind: 'malformed', code: 'MESSAGE_TOO_LARGE' } : toAnswer(headers, body);
}

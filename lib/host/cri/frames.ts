import { type Bytes, KiB } from '../../model/units.ts';
import { ProtocolError } from './protocol-error.ts';

/** RFC 9113, section 6. */
export const FRAME = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  /** Only valid until the next bytes come. */
  readonly payload: Buffer;
}

const HEADER: Bytes = 9;
/** What a server may send while nobody allowed it more. */
export const LARGEST_FRAME: Bytes = 16 * KiB;

export function encodeFrame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + payload.length);
  frame.writeUIntBE(payload.length, 0, 3);
  frame.writeUInt8(type, 3);
  frame.writeUInt8(flags, 4);
  frame.writeUInt32BE(stream, 5);
  payload.copy(frame, HEADER);
  return frame;
}

/** Frames out of bytes as they come; keeps less than one. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Throws ProtocolError. */
  *push(bytes: Buffer): Generator<Frame, void, undefined> {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (rest.length >= HEADER) {
      const length = rest.readUIntBE(0, 3);
      if (length > LARGEST_FRAME) throw new ProtocolError('HTTP2_FRAME_SIZE');
      if (rest.length < HEADER + length) break;
      const payload = rest.subarray(HEADER, HEADER + length);
      yield { type: rest.readUInt8(3), flags: rest.readUInt8(4), stream: rest.readUInt32BE(5) & 0x7fffffff, payload };
      rest = rest.subarray(HEADER + length);
    }
    // The caller uses its bytes again.
    this.#rest = Buffer.from(rest);
  }
}

/** What a DATA or HEADERS frame holds beside its padding and priority. */
export function contentOf({ type, flags, payload }: Frame): Buffer {
  const isPadded = (flags & FLAG.padded) !== 0;
  const padding = isPadded ? (payload[0] ?? Number.POSITIVE_INFINITY) : 0;
  const priority = type === FRAME.headers && (flags & FLAG.priority) !== 0 ? 5 : 0;
  const start = (isPadded ? 1 : 0) + priority;
  if (start + padding > payload.length) throw new ProtocolError('HTTP2_PADDING');
  return payload.subarray(start, payload.length - padding);
}

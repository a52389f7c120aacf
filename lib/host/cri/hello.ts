import { MiB } from '../../model/units.ts';
import { encodeFrame, FLAG, FRAME } from './frames.ts';

/** The kubelet's own limit for a CRI message. */
export const MAX_MESSAGE = 16 * MiB;

function settings(values: readonly (readonly [identifier: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(values.length * 6);
  for (const [index, [identifier, value]] of values.entries()) {
    payload.writeUInt16BE(identifier, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return encodeFrame(FRAME.settings, 0, 0, payload);
}

/** Lets the server send so many bytes more on this connection. */
export function windowUpdate(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return encodeFrame(FRAME.windowUpdate, 0, 0, payload);
}

const [HEADER_TABLE_SIZE, ENABLE_PUSH, INITIAL_WINDOW_SIZE] = [1, 2, 4];
/** A whole message, and more than it may be: while it comes no window has to be opened further. */
const WINDOW = MAX_MESSAGE + MiB;

/** A client's first words (RFC 9113, section 3.4). */
export const HELLO = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  settings([
    [HEADER_TABLE_SIZE, 0],
    [ENABLE_PUSH, 0],
    [INITIAL_WINDOW_SIZE, WINDOW],
  ]),
  windowUpdate(WINDOW),
]);
export const ACKNOWLEDGED = encodeFrame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0));

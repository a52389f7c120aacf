import { printable } from '../model/printable.ts';
import type { Bytes } from '../model/units.ts';

/** One safe line of at most so many bytes of UTF-8, cut between characters. */
export function clip(text: string, most: Bytes): string {
  // A lone surrogate would come back from the API server as another character, and look like another writer's.
  const line = printable(text, most).toWellFormed();
  if (Buffer.byteLength(line) <= most) return line;
  const room = Buffer.from(line).subarray(0, most - Buffer.byteLength('…'));
  return `${new TextDecoder().decode(room, { stream: true })}…`;
}

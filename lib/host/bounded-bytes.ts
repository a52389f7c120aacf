import type { Bytes } from '../model/units.ts';

/** The first `most` bytes of what is appended, in one buffer: a million pieces of one byte each would be a million objects. */
export class BoundedBytes {
  readonly #most: Bytes;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(most: Bytes) {
    this.#most = most;
  }

  /** All that was appended, kept or not. */
  get length(): Bytes {
    return this.#length;
  }

  get truncated(): boolean {
    return this.#length > this.#most;
  }

  append(part: Buffer): void {
    const kept = Math.min(part.length, Math.max(0, this.#most - this.#length));
    const needed = this.#length + kept;
    if (kept > 0 && needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(this.#most, 2 * this.#buffer.length)));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    part.copy(this.#buffer, this.#length, 0, kept);
    this.#length += part.length;
  }

  /** What was kept; not to be appended to afterwards. */
  taken(): Buffer {
    return this.#buffer.subarray(0, Math.min(this.#length, this.#most));
  }
}

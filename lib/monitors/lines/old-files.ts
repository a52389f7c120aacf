import type { Duration, Instant } from '../../model/units.ts';
import type { RotatedFiles } from './rotated-files.ts';
import type { FileTail } from './tail.ts';

/** Daemons that were not told of a rotation yet still write to the old file. */
const LINGER: Duration = 60_000;
const MOST_OLD_FILES = 8;

const NOTHING: Uint8Array = new Uint8Array(0);

interface OldFile {
  readonly tail: FileTail;
  /** When it last gave a line. */
  grown: Instant;
}

/** `more`: there is something that is to be read now. */
export interface OldLines {
  readonly bytes: Uint8Array;
  readonly more: boolean;
}

/** Open files that had a log's name, or have what one had: each is read until nobody writes to it any more, then closed. */
export class OldFiles {
  readonly #rotated: RotatedFiles;
  #files: readonly OldFile[] = [];

  constructor(rotated: RotatedFiles) {
    this.#rotated = rotated;
  }

  get tails(): readonly FileTail[] {
    return this.#files.map(({ tail }) => tail);
  }

  add(tail: FileTail, now: Instant): void {
    this.#files = [...this.#files, { tail, grown: now }];
  }

  /** It is no old file any more. */
  takeOut(tail: FileTail | undefined): void {
    this.#files = this.#files.filter((one) => one.tail !== tail);
  }

  /** In their order; undefined: none of them has anything. `isChanged`: something else is to be read now, before what is newer. */
  async read(now: Instant, most: number, isChanged: boolean): Promise<OldLines | undefined> {
    for (const old of this.#files) {
      const { bytes, more } = await this.#readOne(old, now, most);
      if (bytes.length > 0 || more) return { bytes, more: true };
      if (isChanged) return { bytes, more };
    }
    return undefined;
  }

  async close(): Promise<void> {
    for (const tail of this.tails) await tail.file.close();
  }

  async #readOne(old: OldFile, now: Instant, most: number): Promise<OldLines> {
    const { tail } = old;
    const grown = await tail.grow(most);
    // It may have been rotated before anything of it was read.
    this.#rotated.addHead(tail.head);
    if (grown.kind === 'lines' && (grown.bytes.length > 0 || grown.more)) {
      old.grown = now;
      return grown;
    }
    if (grown.kind === 'lines' && now - old.grown < LINGER && this.#files.length <= MOST_OLD_FILES)
      return { bytes: NOTHING, more: false };
    const rest = grown.kind === 'lines' ? await tail.rest() : NOTHING;
    this.takeOut(tail);
    this.#rotated.finish(tail.position);
    await tail.file.close();
    return { bytes: rest, more: false };
  }
}

import type { Duration, Instant } from '../../model/units.ts';
import { type FilePosition, identityOf, type LogFile, type LogFiles } from './log-file.ts';
import { RotatedFiles } from './rotated-files.ts';
import { FileTail, headOf } from './tail.ts';

/** Where a follower stands; written after the lines of a poll were worked on, and read at the next start. */
export interface FollowerState {
  /** Files that are read, the one under the log's own name last. */
  readonly files: readonly FilePosition[];
  /** How files begin that were read, or are not to be. */
  readonly heads: readonly string[];
  /** How far files were read that are closed. */
  readonly done: readonly FilePosition[];
}

/** Lines in the order they were written, each with its newline, as Latin-1. `lost`: what could not be found any more. */
export type Followed = { readonly kind: 'lines'; readonly text: string } | { readonly kind: 'lost'; readonly why: string };

/** Daemons that were not told of a rotation yet still write to the old file. */
const LINGER: Duration = 60_000;
const MOST_OLD_FILES = 8;
/** Between two looks at the files beside the log. */
const LOOK_AROUND: Duration = 5000;
/** Looks in vain within one poll: what is dropped of a line that is too long is read so, too. */
const MOST_CHANGES = 64;

interface OldFile {
  readonly tail: FileTail;
  /** When it last gave a line. */
  grown: Instant;
}

/**
 * Follows a log over its rotations: renamed, copied and truncated, deleted, created anew, a link that points elsewhere.
 * Every line that reached a file, or the copy a rotation made of it, is given out once, also after a restart with the state of before.
 */
export class LogFollower {
  readonly #files: LogFiles;
  readonly #path: string;
  readonly #rotated: RotatedFiles;
  readonly #resume: FollowerState | undefined;
  #current: FileTail | undefined;
  #old: OldFile[] = [];
  #lost: Followed[] = [];
  #begun = false;
  /** Something was found that is to be read now. */
  #changed = false;
  #lookedAround: Instant = 0;

  constructor(files: LogFiles, path: string, state?: FollowerState) {
    this.#files = files;
    this.#path = path;
    this.#resume = state;
    this.#rotated = new RotatedFiles(files, path, state?.heads, state?.done);
  }

  get state(): FollowerState {
    if (!this.#begun) return this.#resume ?? { files: [], heads: [], done: [] };
    const tails = [...this.#old.map(({ tail }) => tail), ...(this.#current === undefined ? [] : [this.#current])];
    return { files: tails.map(({ position }) => position), heads: this.#rotated.heads, done: this.#rotated.done };
  }

  /** One look: what was written since the last one, some hundred kilobytes at most; call again while it gives anything. */
  async poll(now: Instant): Promise<readonly Followed[]> {
    if (!this.#begun) await this.#begin(now);
    for (let changes = 0; changes < MOST_CHANGES; changes++) {
      this.#changed = false;
      const found = await this.#read(now);
      if (found.length === 0) await this.#look(now);
      if (found.length > 0 || !this.#changed) return [...this.#lost.splice(0), ...found];
    }
    return this.#lost.splice(0);
  }

  async close(): Promise<void> {
    for (const { tail } of this.#old) await tail.file.close();
    await this.#current?.file.close();
  }

  async #begin(now: Instant): Promise<void> {
    this.#begun = true;
    this.#lookedAround = now;
    if (this.#resume === undefined) await this.#rotated.knowAll();
    const positions = this.#resume?.files ?? [];
    for (const [index, position] of positions.entries()) {
      const file = await this.#rotated.reopen(position);
      if (file !== undefined) await this.#addOld(new FileTail(file, position), now);
      // An old file was read to its end: what a late writer may have added is not worth an alarm.
      else if (index === positions.length - 1) await this.#addCopy(position, now);
    }
    await this.#look(now);
  }

  async #addOld(tail: FileTail, now: Instant): Promise<void> {
    this.#old.push({ tail, grown: now });
    this.#changed = true;
    this.#rotated.addHead(await headOf(tail.file));
  }

  /** The rest of what a file had before it was truncated or went away. */
  async #addCopy(position: FilePosition, now: Instant): Promise<void> {
    const copy = await this.#rotated.copyOf(position);
    if (copy !== undefined) await this.#addOld(new FileTail(copy, { ...position, device: copy.device, inode: copy.inode }), now);
    else if (position.offset > 0)
      this.#lost.push({ kind: 'lost', why: `${this.#path} was rotated, and the file it was is not found` });
  }

  /** Old files first, so that lines keep their order. */
  async #read(now: Instant): Promise<readonly Followed[]> {
    const found: Followed[] = [];
    for (const old of [...this.#old]) {
      const { text, more } = await this.#readOld(old, now);
      if (text !== '') found.push({ kind: 'lines', text });
      if (more) return found;
    }
    const text = this.#current === undefined ? '' : await this.#readCurrent(this.#current, now);
    return text === '' ? found : [...found, { kind: 'lines', text }];
  }

  async #readOld(old: OldFile, now: Instant): Promise<{ readonly text: string; readonly more: boolean }> {
    const grown = await old.tail.grow();
    if (grown.kind === 'lines' && (grown.text !== '' || grown.more)) {
      old.grown = now;
      this.#changed ||= grown.more;
      return grown;
    }
    if (grown.kind === 'lines' && now - old.grown < LINGER && this.#old.length <= MOST_OLD_FILES) return grown;
    const text = grown.kind === 'lines' ? await old.tail.rest() : '';
    this.#old = this.#old.filter((one) => one !== old);
    this.#rotated.finish(old.tail.position);
    await old.tail.file.close();
    return { text, more: false };
  }

  async #readCurrent(tail: FileTail, now: Instant): Promise<string> {
    const grown = await tail.grow();
    this.#rotated.addHead(tail.head);
    if (grown.kind === 'lines') {
      this.#changed ||= grown.more;
      return grown.text;
    }
    const { position } = tail;
    tail.restart();
    this.#changed = true;
    await this.#addCopy(position, now);
    // What it has now comes after what the copy has.
    return '';
  }

  /** Looks whether the log's name belongs to another file by now, and for files that came and went. */
  async #look(now: Instant): Promise<void> {
    const file = await this.#files.open(this.#path);
    const isSame = file === undefined ? this.#current === undefined : identityOf(file) === this.#current?.identity;
    if (isSame) await file?.close();
    else await this.#switchTo(file, now);
    if (!isSame || now - this.#lookedAround >= LOOK_AROUND) await this.#lookAround(now);
  }

  async #switchTo(file: LogFile | undefined, now: Instant): Promise<void> {
    this.#changed = true;
    if (this.#current !== undefined) this.#old.push({ tail: this.#current, grown: now });
    const open = this.#old.find(({ tail }) => file !== undefined && tail.identity === identityOf(file));
    this.#current = open?.tail;
    if (open !== undefined) {
      this.#old = this.#old.filter((one) => one !== open);
      await file?.close();
    } else if (file !== undefined) this.#current = new FileTail(file, await this.#rotated.positionIn(file));
  }

  async #lookAround(now: Instant): Promise<void> {
    this.#lookedAround = now;
    const open = new Set([...this.#old.map(({ tail }) => tail.identity), this.#current?.identity ?? '']);
    for (const file of await this.#rotated.unseen(open)) await this.#addOld(new FileTail(file), now);
  }
}

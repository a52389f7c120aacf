import type { Duration, Instant } from '../../model/units.ts';
import type { FollowerState } from './follower-state.ts';
import { type FilePosition, identityOf, type LogFile, type LogFiles } from './log-file.ts';
import { OldFiles } from './old-files.ts';
import { RotatedFiles } from './rotated-files.ts';
import { CHUNK, FileTail, headOf } from './tail.ts';

/** Whole lines in the order they were written, each with its newline, until the next poll. `lost`: what could not be found any more. */
export type Followed = { readonly kind: 'lines'; readonly bytes: Uint8Array } | { readonly kind: 'lost'; readonly why: string };

/** Between two looks at the files beside the log. */
const LOOK_AROUND: Duration = 5000;
/** In one turn, at some 50 µs each; a tenth of a second would be seen in every answer of the agent. */
const MOST_WORK = 500;
/** Looks in vain within one poll: what is dropped of a line that is too long is read so, too. */
const MOST_CHANGES = 64;

const NOTHING: Uint8Array = new Uint8Array(0);

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
  #old: OldFiles;
  #lost: Followed[] = [];
  #begun = false;
  /** Something was found that is to be read now. */
  #changed = false;
  #lookedAround: Instant = 0;
  #most = CHUNK.most;

  constructor(files: LogFiles, path: string, state?: FollowerState) {
    this.#files = files;
    this.#path = path;
    this.#resume = state;
    this.#rotated = new RotatedFiles(files, path, state?.heads, state?.done);
    this.#old = new OldFiles(this.#rotated);
  }

  get state(): FollowerState {
    if (!this.#begun) return this.#resume ?? { files: [], heads: [], done: [] };
    return { files: this.#tails.map(({ position }) => position), heads: this.#rotated.heads, done: this.#rotated.done };
  }

  get #tails(): readonly FileTail[] {
    return [...this.#old.tails, ...(this.#current === undefined ? [] : [this.#current])];
  }

  /** More can be read at once. */
  get behind(): boolean {
    return this.#changed;
  }

  /** The file that has the log's name. */
  get current(): string | undefined {
    return this.#current?.identity;
  }

  /** Files are open that had its name, and may still grow. */
  get lingers(): boolean {
    return this.#old.tails.length > 0;
  }

  /** How many lines were worth work, of what was given out last: much at once must not keep everything else waiting. */
  worked(lines: number): void {
    if (lines > MOST_WORK) this.#most = Math.max(this.#most / 4, CHUNK.least);
    else if (lines < MOST_WORK / 4) this.#most = Math.min(this.#most * 2, CHUNK.most);
  }

  /** Lines that were cut since it was last asked. */
  takeCut(): number {
    return this.#tails.reduce((sum, tail) => sum + tail.takeCut(), 0);
  }

  /**
   * What was written since the last one, some hundred kilobytes at most; call again while it gives anything. Fails if the file system does:
   * then nothing has been given out. `look`: also whether the name is another file's by now; a look costs as much as ten reads.
   */
  async poll(now: Instant, { look = true }: { readonly look?: boolean } = {}): Promise<readonly Followed[]> {
    if (!this.#begun) await this.#begin(now);
    for (let changes = 0; changes < MOST_CHANGES; changes++) {
      this.#changed = false;
      // Before, not after it: a log that never stops is rotated, too, and what is read must be given out with nothing in between.
      if (look) await this.#look(now);
      const bytes = await this.#read(now);
      if (bytes.length > 0) return [...this.#lost.splice(0), { kind: 'lines', bytes }];
      if (!this.#changed) break;
    }
    return this.#lost.splice(0);
  }

  async close(): Promise<void> {
    await this.#old.close();
    await this.#current?.file.close();
  }

  async #begin(now: Instant): Promise<void> {
    this.#lookedAround = now;
    if (this.#resume === undefined) await this.#rotated.knowAll();
    const positions = this.#resume?.files ?? [];
    try {
      for (const [index, position] of positions.entries()) await this.#resumeAt(position, index === positions.length - 1, now);
    } catch (error) {
      const opened = this.#old;
      this.#old = new OldFiles(this.#rotated);
      await opened.close();
      this.#lost = [];
      throw error;
    }
    this.#begun = true;
  }

  async #resumeAt(position: FilePosition, isLast: boolean, now: Instant): Promise<void> {
    const file = await this.#rotated.reopen(position);
    if (file !== undefined) await this.#addOld([new FileTail(file, position)], now);
    // An old file was read to its end: what a late writer may have added is not worth an alarm.
    else if (isLast) this.#addCopy(await this.#rotated.copyOf(position), position, now);
  }

  /** All of them are ours to close before the first is read, which may fail. */
  async #addOld(tails: readonly FileTail[], now: Instant): Promise<void> {
    for (const tail of tails) this.#old.add(tail, now);
    this.#changed ||= tails.length > 0;
    for (const { file } of tails) this.#rotated.addHead(await headOf(file));
  }

  /** The rest of what a file had before it was truncated or went away. */
  #addCopy(copy: LogFile | undefined, position: FilePosition, now: Instant): void {
    if (copy !== undefined) {
      this.#old.add(new FileTail(copy, position), now);
    } else if (position.offset > 0)
      this.#lost.push({ kind: 'lost', why: `${this.#path} was rotated, and the file it was is not found` });
  }

  /** Old files first, so that lines keep their order. */
  async #read(now: Instant): Promise<Uint8Array> {
    const old = await this.#old.read(now, this.#most, this.#changed);
    if (old === undefined) return this.#current === undefined ? NOTHING : await this.#readCurrent(this.#current, now);
    this.#changed ||= old.more;
    return old.bytes;
  }

  async #readCurrent(tail: FileTail, now: Instant): Promise<Uint8Array> {
    const grown = await tail.grow(this.#most);
    this.#rotated.addHead(tail.head);
    if (grown.kind === 'lines') {
      this.#changed ||= grown.more;
      return grown.bytes;
    }
    const { position } = tail;
    const copy = await this.#rotated.copyOf(position);
    tail.restart();
    this.#changed = true;
    // What it has now comes after what the copy has.
    this.#addCopy(copy, position, now);
    return NOTHING;
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
    const open = this.#old.tails.find((tail) => file !== undefined && tail.identity === identityOf(file));
    const known = file === undefined || open !== undefined ? undefined : await this.#positionIn(file);
    this.#changed = true;
    if (this.#current !== undefined) this.#old.add(this.#current, now);
    this.#old.takeOut(open);
    this.#current = open ?? (file && new FileTail(file, known));
    if (open !== undefined) await file?.close();
  }

  /** Of a file that nobody has taken yet. */
  async #positionIn(file: LogFile): Promise<FilePosition | undefined> {
    try {
      return await this.#rotated.positionIn(file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #lookAround(now: Instant): Promise<void> {
    this.#lookedAround = now;
    const open = new Set(this.#tails.map(({ identity }) => identity));
    const files = await this.#rotated.unseen(open);
    await this.#addOld(
      files.map((file) => new FileTail(file)),
      now,
    );
  }
}

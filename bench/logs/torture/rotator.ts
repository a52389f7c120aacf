import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Rules to count by: a line that is lost and another that is judged twice would not show in a sum. */
export const CLASSES = 64;
const BACKUPS = 4;

export type Rotation = 'rename' | 'rename-late' | 'copytruncate' | 'delete' | 'flip';
export const ROTATIONS: readonly Rotation[] = ['rename', 'rename-late', 'copytruncate', 'delete', 'flip'];

const isFull = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOSPC';

export const classOf = (id: number): string => String(id % CLASSES).padStart(2, '0');

/** Writes a log and rotates it in every way there is. What a rotation throws away is first let be read: that loss would be its own. */
export class Rotator {
  /** Lines that reached a file. */
  written = 0;
  /** What did not fit onto the disk. */
  full = 0;
  readonly counts = new Map<Rotation, number>();
  readonly #log: string;
  readonly #directory: string;
  /** Resolves when all lines that were written are judged, and the reader cannot forget it. */
  readonly #judged: (lines: number) => Promise<void>;
  #file: number;
  /** The file a writer still has that was not told of the rotation. */
  #late: number | undefined;
  #target = 0;

  constructor(directory: string, judged: (lines: number) => Promise<void>) {
    this.#directory = directory;
    this.#log = join(directory, 'torture.log');
    this.#judged = judged;
    this.#file = openSync(this.#log, 'a');
  }

  /** The path that the reader follows. */
  get path(): string {
    return this.#log;
  }

  async write(lines: number): Promise<void> {
    for (let line = 0; line < lines; line += 1) {
      const id = this.written;
      await this.#put(`${new Date().toISOString()} torture ${classOf(id)} id=${id} ${'.'.repeat(id % 23)} end\n`);
      this.written += 1;
    }
  }

  /** The writer is told of the rotation. */
  reopen(): void {
    if (this.#late !== undefined) closeSync(this.#late);
    this.#late = undefined;
  }

  async rotate(how: Rotation): Promise<void> {
    this.counts.set(how, (this.counts.get(how) ?? 0) + 1);
    this.reopen();
    if (how === 'copytruncate') await this.#copyTruncate();
    else if (how === 'delete') await this.#delete();
    else if (how === 'flip') await this.#flip();
    else await this.#rename(how === 'rename-late');
  }

  close(): void {
    this.reopen();
    closeSync(this.#file);
  }

  /** Whole, whatever becomes of a beginning that did not fit: that is no line of ours. */
  async #put(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (;;) {
      const file = this.#late ?? this.#file;
      const size = fstatSync(file).size;
      try {
        const count = writeSync(file, bytes);
        if (count === bytes.length) return;
        // But for its newline it would be one.
        if (count === bytes.length - 1) ftruncateSync(file, size);
      } catch (error) {
        if (!isFull(error)) throw error;
      }
      this.full += 1;
      await this.#makeRoom();
    }
  }

  async #makeRoom(): Promise<void> {
    this.reopen();
    await this.#delete();
    for (let at = 1; at <= BACKUPS; at += 1) rmSync(`${this.#log}.${at}`, { force: true });
  }

  async #shift(): Promise<void> {
    if (existsSync(`${this.#log}.${BACKUPS}`)) await this.#judged(this.written);
    for (let to = BACKUPS; to > 1; to -= 1) {
      if (existsSync(`${this.#log}.${to - 1}`)) renameSync(`${this.#log}.${to - 1}`, `${this.#log}.${to}`);
    }
  }

  async #rename(late: boolean): Promise<void> {
    await this.#shift();
    renameSync(this.#log, `${this.#log}.1`);
    if (late) this.#late = this.#file;
    else closeSync(this.#file);
    this.#file = openSync(this.#log, 'a');
  }

  async #copyTruncate(): Promise<void> {
    await this.#shift();
    rmSync(`${this.#log}.1`, { force: true });
    try {
      copyFileSync(this.#log, `${this.#log}.1`);
    } catch (error) {
      // As logrotate does: what could not be copied is not truncated.
      rmSync(`${this.#log}.1`, { force: true });
      if (!isFull(error)) throw error;
      this.full += 1;
      return;
    }
    truncateSync(this.#log);
  }

  async #delete(): Promise<void> {
    await this.#judged(this.written);
    closeSync(this.#file);
    rmSync(this.#log);
    this.#file = openSync(this.#log, 'a');
  }

  /** A link that points to another file from now on; the one before stays. */
  async #flip(): Promise<void> {
    await this.#judged(this.written);
    const target = join(this.#directory, `torture.log-target-${this.#target}`);
    this.#target += 1;
    const fresh = openSync(target, 'a');
    const link = `${this.#log}-link`;
    rmSync(link, { force: true });
    symlinkSync(target, link);
    renameSync(link, this.#log);
    closeSync(this.#file);
    this.#file = fresh;
    rmSync(join(this.#directory, `torture.log-target-${this.#target - 3}`), { force: true });
  }
}

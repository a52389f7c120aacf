import { type FilePosition, identityOf, type LogFile, type LogFiles, type Sibling } from './log-file.ts';
import { continues, headOf } from './tail.ts';

const MOST_HEADS = 64;
const MOST_DONE = 16;
const COMPRESSED = /\.(gz|xz|zst|bz2|lz4)$/;

const bounded = <Item>(items: Iterable<Item>, most: number) => [...items].slice(-most);

/** The files around a log that rotations made: which of them were read, and which hold something that was not. */
export class RotatedFiles {
  readonly #files: LogFiles;
  readonly #path: string;
  readonly #heads: Set<string>;
  readonly #done: Map<string, FilePosition>;

  constructor(files: LogFiles, path: string, heads: readonly string[] = [], done: readonly FilePosition[] = []) {
    this.#files = files;
    this.#path = path;
    this.#heads = new Set(heads);
    this.#done = new Map(done.map((position) => [identityOf(position), position]));
  }

  get heads(): readonly string[] {
    return bounded(this.#heads, MOST_HEADS);
  }

  get done(): readonly FilePosition[] {
    return bounded(this.#done.values(), MOST_DONE);
  }

  async list(): Promise<readonly Sibling[]> {
    return (await this.#files.siblings(this.#path)).filter(({ path }) => !COMPRESSED.test(path));
  }

  /** What is there when a log is followed for the first time is not ours to read. */
  async knowAll(): Promise<void> {
    for (const { path } of await this.list()) {
      const file = path === this.#path ? undefined : await this.#files.open(path);
      if (file === undefined) continue;
      try {
        this.addHead(await headOf(file));
      } finally {
        await file.close();
      }
    }
  }

  /** Files with this beginning were read, or are. Told by content: the inode of a deleted file is soon another one's. */
  addHead(head: string): void {
    if (head === '' || this.#heads.has(head)) return;
    for (const known of this.#heads) {
      if (head.startsWith(known)) this.#heads.delete(known);
    }
    this.#heads.add(head);
    if (this.#heads.size > MOST_HEADS) this.#heads.delete(this.#heads.values().next().value ?? '');
  }

  /** A file is read to its end; a link may still come back to it. */
  finish(position: FilePosition): void {
    this.#done.delete(identityOf(position));
    this.#done.set(identityOf(position), position);
  }

  /** How far a file was read before, if it is still the same. */
  async positionIn(file: LogFile): Promise<FilePosition | undefined> {
    const position = this.#done.get(identityOf(file));
    return position !== undefined && (await continues(file, position)) ? position : undefined;
  }

  /** The file that was read up to a position, under whatever name it has now. */
  async reopen(position: FilePosition): Promise<LogFile | undefined> {
    const isSame = async (file: LogFile) => identityOf(file) === identityOf(position) && (await continues(file, position));
    // A link may point elsewhere by now, and nothing in the new file's name tells of the old one's.
    const there = position.path === undefined ? undefined : await this.#openIf({ path: position.path }, isSame);
    if (there !== undefined) return there;
    const own = (await this.list()).find((sibling) => identityOf(sibling) === identityOf(position));
    return own === undefined ? undefined : await this.#openIf(own, isSame);
  }

  /** The copy that was made of a file before it was truncated. */
  async copyOf(position: FilePosition): Promise<LogFile | undefined> {
    const candidates = (await this.list())
      .filter((one) => identityOf(one) !== identityOf(position) && one.path !== this.#path && one.size >= position.offset)
      .sort((a, b) => b.modified - a.modified);
    for (const candidate of position.offset === 0 ? [] : candidates) {
      const file = await this.#openIf(candidate, (one) => continues(one, position));
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** Files that came and were rotated away between two looks, oldest first; copies of what was read are none. */
  async unseen(open: ReadonlySet<string>): Promise<readonly LogFile[]> {
    const found: LogFile[] = [];
    const candidates = (await this.list())
      .filter((one) => one.path !== this.#path && !open.has(identityOf(one)))
      .sort((a, b) => a.modified - b.modified);
    try {
      for (const candidate of candidates) {
        const file = await this.#openIf(candidate, async (one) => !this.#isCopy(await headOf(one)));
        if (file !== undefined) found.push(file);
      }
    } catch (error) {
      for (const file of found) await file.close();
      throw error;
    }
    return found;
  }

  /** Also one that is being made: its beginning is as short as it is. */
  #isCopy(head: string): boolean {
    return [...this.#heads].some((known) => known.startsWith(head) || head.startsWith(known));
  }

  async #openIf({ path }: Pick<Sibling, 'path'>, test: (file: LogFile) => Promise<boolean>): Promise<LogFile | undefined> {
    const file = await this.#files.open(path);
    if (file === undefined) return undefined;
    let isKept = false;
    try {
      isKept = await test(file);
    } finally {
      if (!isKept) await file.close();
    }
    return isKept ? file : undefined;
  }
}

import type { Clock } from '../../lib/host/host.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { type Duration, type Instant, minutes, ms, seconds } from '../../lib/model/units.ts';
import { LogFollower } from '../../lib/monitors/lines/follower.ts';
import type { FollowerState } from '../../lib/monitors/lines/follower-state.ts';
import type { LogFiles } from '../../lib/monitors/lines/log-file.ts';
import { alarm } from '../../lib/sources/alarm.ts';
import type { FileEvent, FileWatch, WatchFile } from './file-watch.ts';

export interface FileFeedParts {
  readonly clock: Clock;
  readonly path: string;
  readonly files: LogFiles;
  readonly watch: WatchFile;
  /** Where it was left. */
  readonly resume: FollowerState | undefined;
  /** Whole lines, good until it returns; afterwards `state` stands behind them. How many of them were more than searched through. */
  onLines(bytes: Uint8Array, now: Instant): number;
  /** `state` is another one. `first`: there was none before, and what is rotated away now would later be taken for what was there before us. */
  onState(first: boolean): void;
  onLost(why: string): void;
  onCut(lines: number): void;
  /** undefined: it is being read. */
  onBlind(why: string | undefined): void;
}

/** Between two reads of a log that floods: each costs as much as a hundred lines. */
const GAP: Duration = ms(10);
/** Looks that nothing was heard for: what inotify cannot tell. */
const UNHEARD: Duration = seconds(5);
/** Files that were rotated away have no watch of their own. */
const LINGERING: Duration = ms(250);
/** Where inotify does not hear. */
const UNWATCHED: Duration = ms(500);
/** A rotation may leave a log without a file until its next line. */
const MISSING_FOR: Duration = minutes(1);

/** Reads one log file as it grows, through its rotations. */
export class FileFeed {
  readonly #parts: FileFeedParts;
  readonly #follower: LogFollower;
  #state: FollowerState;
  #watch: FileWatch | undefined;
  /** The file that is watched; null: nothing yet. */
  #watched: string | undefined | null = null;
  /** What is to be done next. `due`: nothing was heard for some time. */
  #event: FileEvent | 'due' | undefined = 'moved';
  #ring: (() => void) | undefined;
  #isFirst: boolean;
  #lookedAt: Duration = Number.NEGATIVE_INFINITY;
  /** By the clock that never jumps; undefined: it has not been there. */
  #seenAt: Duration | undefined;

  constructor(parts: FileFeedParts) {
    this.#parts = parts;
    this.#follower = new LogFollower(parts.files, parts.path, parts.resume);
    this.#state = this.#follower.state;
    this.#isFirst = parts.resume === undefined;
  }

  get path(): string {
    return this.#parts.path;
  }

  /** Behind what was given out; never behind what was not. */
  get state(): FollowerState {
    return this.#state;
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#ring?.(), { once: true });
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (error) {
        this.#parts.onBlind(`${this.path}: ${messageOf(error)}`);
        this.#event = 'moved';
        await this.#wait(UNHEARD, signal);
      }
    }
    this.#watch?.close();
    await this.#follower.close();
  }

  async #step(signal: AbortSignal): Promise<void> {
    const event = this.#event;
    this.#event = undefined;
    const isFound = await this.#read(event === 'moved' || this.#parts.clock.monotonic() - this.#lookedAt >= UNHEARD);
    // Touched, but not longer: truncated, deleted, or nothing at all.
    if (!isFound && event === 'grown') this.#hear('moved');
    if (this.#follower.behind || (!isFound && event === 'grown')) return;
    await this.#rewatch();
    await this.#parts.clock.sleep(GAP, signal).catch(() => undefined);
    const [pause, next] = this.#idle();
    if (this.#event === undefined) await this.#wait(pause, signal);
    this.#event ??= next;
  }

  /** Whether there was anything. */
  async #read(look: boolean): Promise<boolean> {
    const { clock, onLines, onLost, onCut, onState } = this.#parts;
    const now = clock.now();
    if (look) this.#lookedAt = clock.monotonic();
    const found = await this.#follower.poll(now, { look });
    for (const one of found) {
      if (one.kind === 'lost') onLost(one.why);
      else this.#follower.worked(onLines(one.bytes, now));
    }
    this.#state = this.#follower.state;
    if (found.length > 0 || this.#follower.current !== this.#watched) {
      onState(this.#isFirst);
      this.#isFirst = false;
    }
    const cut = this.#follower.takeCut();
    if (cut > 0) onCut(cut);
    if (look) this.#judge();
    return found.length > 0;
  }

  /** A log that is not there is not healthy. */
  #judge(): void {
    const now = this.#parts.clock.monotonic();
    if (this.#follower.current !== undefined) this.#seenAt = now;
    const isThere = this.#seenAt !== undefined && now - this.#seenAt < MISSING_FOR;
    this.#parts.onBlind(isThere ? undefined : `${this.path}: no such file, or it cannot be opened`);
  }

  /** Watches the file that has the name now; what happened meanwhile is looked for once more. */
  async #rewatch(): Promise<void> {
    const { current } = this.#follower;
    if (this.#watched === current) return;
    const { path, watch } = this.#parts;
    const hear = (event: FileEvent) => this.#hear(event);
    const fresh = await watch(path, current !== undefined, hear);
    this.#watch?.close();
    this.#watch = fresh;
    this.#watched = current;
    this.#hear('moved');
  }

  /** How long to listen, and what to do if nothing was heard. */
  #idle(): readonly [Duration, FileEvent | 'due'] {
    if (this.#watch === undefined) return [UNWATCHED, 'moved'];
    return this.#follower.lingers ? [LINGERING, 'due'] : [UNHEARD, 'moved'];
  }

  #hear(event: FileEvent): void {
    if (this.#event !== 'moved') this.#event = event;
    this.#ring?.();
  }

  /** Until something is heard. */
  async #wait(pause: Duration, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = alarm(this.#parts.clock, pause, resolve);
      this.#ring = () => {
        cancel();
        resolve();
      };
    });
    this.#ring = undefined;
  }
}

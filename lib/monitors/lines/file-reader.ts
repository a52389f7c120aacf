import type { Duration, Instant } from '../../model/units.ts';
import type { LogSource } from '../config/log-monitor.ts';
import type { LogLine } from '../match/ring.ts';
import { instantOf } from '../time/stamp.ts';
import { isSkipped, translateLine, UnreadableLines } from './file-line.ts';
import { LONGEST_LINE } from './tail.ts';
import { asBuffer, decodeUtf8 } from './utf8.ts';

type FileSource = Extract<LogSource, { plugin: 'filelog' }>;

/** What a reader needs to know of the monitor that its lines are for. */
export interface LineDemand {
  readonly needsEveryLine: boolean;
  search(bytes: Uint8Array, from: number): number;
}

const NEWLINE = 0x0a;
const TRY_EVERY: Duration = 1000;

/**
 * Makes lines with a time and a message of the bytes of a file. Only lines that a rule may be about are taken apart: of a hundred
 * thousand lines a second all but a few are only searched through.
 */
export class FileReader {
  readonly unreadable = new UnreadableLines();
  readonly #source: FileSource;
  readonly #demand: LineDemand;
  readonly #start: Instant;
  #tried: Instant = Number.NEGATIVE_INFINITY;

  /** `start`: lines that are older are dropped. */
  constructor(source: FileSource, demand: LineDemand, start: Instant = Number.NEGATIVE_INFINITY) {
    this.#source = source;
    this.#demand = demand;
    this.#start = start;
  }

  /** Whole lines, each with its newline. */
  read(bytes: Uint8Array, now: Instant): readonly LogLine[] {
    const text = asBuffer(bytes);
    const lines: LogLine[] = [];
    for (let from = 0; from < text.length; ) {
      const [start, end] = from === 0 && this.#isToTry(now) ? [0, text.indexOf(NEWLINE)] : this.#next(text, from);
      if (start === -1) break;
      const line = this.#translate(text.subarray(start, end), now);
      if (line !== undefined) lines.push(line);
      from = end + 1;
    }
    return lines;
  }

  /** One line in each second is looked at whatever it says, so that a layout that fits nothing is noticed. */
  #isToTry(now: Instant): boolean {
    const isDue = Math.abs(now - this.#tried) >= TRY_EVERY;
    if (isDue) this.#tried = now;
    return isDue;
  }

  /** The next line to look at. */
  #next(text: Buffer, from: number): readonly [number, number] {
    if (this.#demand.needsEveryLine) return [from, text.indexOf(NEWLINE, from)];
    const hit = this.#demand.search(text, from);
    if (hit === -1) return [-1, -1];
    return [text.lastIndexOf(NEWLINE, hit) + 1, text.indexOf(NEWLINE, hit)];
  }

  #translate(bytes: Buffer, now: Instant): LogLine | undefined {
    const raw = decodeUtf8(bytes.subarray(0, LONGEST_LINE));
    if (isSkipped(raw, this.#source.skip)) return undefined;
    const translated = translateLine(this.#source.translation, raw);
    if (translated.kind === 'unreadable') {
      this.unreadable.add(translated.why, raw, now);
      return undefined;
    }
    const time = instantOf(translated.stamp, now);
    return time < this.#start ? undefined : { message: translated.message, time, trusted: false };
  }
}

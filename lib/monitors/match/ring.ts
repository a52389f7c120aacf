import type { Instant } from '../../model/units.ts';
import type { LineRule } from './line-rule.ts';

export interface LogLine {
  readonly message: string;
  readonly time: Instant;
  /** Whether nobody but the kernel or the named service can have written it. */
  readonly trusted: boolean;
}

/** `once`: what matches is counted for the line that completes it. `repeated`: as node-problem-detector, again for each line behind it. */
export type Counting = 'once' | 'repeated';

/** The last lines of a log. Until there are enough of them, those that are missing are empty. */
export class LineRing {
  readonly #size: number;
  #lines: LogLine[] = [];
  #joined: string | undefined;

  constructor(size: number, lines: readonly LogLine[] = []) {
    this.#size = size;
    this.#lines = lines.slice(-size);
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  push(line: LogLine): void {
    if (this.#lines.length === this.#size) this.#lines.shift();
    this.#lines.push(line);
    this.#joined = undefined;
  }

  /** The lines a match of the rule touches, oldest first, if it involves the newest one. */
  match(rule: LineRule, counting: Counting = 'once'): readonly LogLine[] | undefined {
    const newest = this.#lines.at(-1);
    if (newest === undefined) return undefined;
    if (rule.lastLineOnly && (counting === 'once' || !rule.loose)) return rule.regexp.test(newest.message) ? [newest] : undefined;
    const text = this.#text();
    if (!rule.regexp.test(text)) return undefined;
    const newestFrom = counting === 'once' && rule.loose ? text.length - newest.message.length : 0;
    const start = startOf(rule, text, newestFrom);
    return start === undefined ? undefined : this.#from(text.length - start);
  }

  #text(): string {
    this.#joined ??= '\n'.repeat(this.#size - this.#lines.length) + this.#lines.map(({ message }) => message).join('\n');
    return this.#joined;
  }

  /** The lines that the last characters of the text belong to. */
  #from(characters: number): readonly LogLine[] {
    let total = 0;
    const first = this.#lines.findLastIndex(({ message }) => {
      total += message.length + 1;
      return total >= characters;
    });
    return this.#lines.slice(Math.max(0, first));
  }
}

/** Where the leftmost match begins that reaches over `past`. */
function startOf({ regexp }: LineRule, text: string, past: number): number | undefined {
  let from = 0;
  while (from <= text.length) {
    const [start = 0, end = 0] = regexp.find(text, from) ?? [-1];
    if (start === -1) return undefined;
    if (end > past || start >= past) return start;
    from = Math.max(end, start + 1);
  }
  return undefined;
}

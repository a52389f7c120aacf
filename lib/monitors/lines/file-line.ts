import type { Instant } from '../../model/units.ts';
import { extract, type Translation } from '../config/translation.ts';
import { readStamp, type Stamp } from '../time/stamp.ts';

export type TranslatedLine =
  | { readonly kind: 'line'; readonly stamp: Stamp; readonly message: string }
  | { readonly kind: 'unreadable'; readonly why: 'no timestamp' | 'bad timestamp' | 'no message' };

/** Takes a line of a file apart as node-problem-detector does: the last group of each pattern, or all it matches. */
export function translateLine({ timestamp, message, layout }: Translation, line: string): TranslatedLine {
  const written = extract(timestamp, line);
  if (written === undefined) return { kind: 'unreadable', why: 'no timestamp' };
  const stamp = readStamp(layout, written);
  if (stamp === undefined) return { kind: 'unreadable', why: 'bad timestamp' };
  const text = extract(message, line);
  return text === undefined ? { kind: 'unreadable', why: 'no message' } : { kind: 'line', stamp, message: text };
}

/** A raw line that holds one of these texts is dropped before anything else. */
export const isSkipped = (line: string, skip: readonly string[]): boolean => skip.some((text) => line.includes(text));

export interface Unreadable {
  readonly why: string;
  readonly count: number;
  readonly since: Instant;
  readonly example: string;
}

const LONGEST_EXAMPLE = 200;

/** Counts lines that cannot be read, for one remark instead of one per line. */
export class UnreadableLines {
  readonly #found = new Map<string, Unreadable>();

  add(why: string, line: string, now: Instant): void {
    const before = this.#found.get(why) ?? { why, count: 0, since: now, example: line.slice(0, LONGEST_EXAMPLE) };
    this.#found.set(why, { ...before, count: before.count + 1 });
  }

  /** What was found since the last call. */
  take(): readonly Unreadable[] {
    const all = [...this.#found.values()];
    this.#found.clear();
    return all;
  }
}

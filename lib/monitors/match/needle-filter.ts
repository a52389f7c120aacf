import { type Needle, needleSource, needleTextSource } from '../regexp/needles.ts';
import type { LineRule } from './line-rule.ts';

/** Matches nothing. */
const NEVER = '(?!)';

const joined = (needles: readonly Needle[], source: (needle: Needle) => string) => needles.map(source).join('|') || NEVER;

/** Tells the lines that cannot matter from the few that may: the one search that every line of a log pays for. */
export class NeedleFilter {
  /** Rules that have no needle are tried on every line. */
  readonly always: boolean;
  readonly #any: RegExp;
  readonly #bytes: RegExp;
  readonly #each: readonly (RegExp | undefined)[];

  constructor(rules: readonly LineRule[]) {
    const needles = rules.flatMap((rule) => rule.needles ?? []);
    this.always = rules.some((rule) => rule.needles === undefined);
    this.#any = new RegExp(joined(needles, needleTextSource), 'u');
    this.#bytes = new RegExp(joined(needles, needleSource), 'g');
    this.#each = rules.map((rule) =>
      rule.needles === undefined ? undefined : new RegExp(joined(rule.needles, needleTextSource), 'u'),
    );
  }

  /** Whether any rule may match this line. */
  mayMatch(text: string): boolean {
    return this.always || this.#any.test(text);
  }

  /** Whether one rule may. */
  mayMatchRule(index: number, text: string): boolean {
    return this.#each[index]?.test(text) ?? true;
  }

  /** The first position at or after `from` where a needle is, in bytes that are read as Latin-1; -1: none. */
  search(bytes: string, from: number): number {
    this.#bytes.lastIndex = from;
    return this.#bytes.exec(bytes)?.index ?? -1;
  }
}

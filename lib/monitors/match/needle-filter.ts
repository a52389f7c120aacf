import { type Needle, needleSource } from '../regexp/needles.ts';
import type { LineRule } from './line-rule.ts';
import { NeedleSearch, toBytes } from './needle-search.ts';

/** Matches nothing. */
const NEVER = '(?!)';

const joined = (needles: readonly Needle[]) => needles.map(needleSource).join('|') || NEVER;

/** Tells the lines that cannot matter from the few that may: the one search that every line of a log pays for. */
export class NeedleFilter {
  /** Rules that have no needle are tried on every line. */
  readonly always: boolean;
  /** Of those that have some. */
  readonly needles: readonly Needle[];
  readonly #any: RegExp;
  readonly #bytes: NeedleSearch;
  readonly #each: readonly (RegExp | undefined)[];

  constructor(rules: readonly LineRule[]) {
    const needles = rules.flatMap((rule) => rule.needles ?? []);
    this.needles = needles;
    const bytes = needles.map(toBytes);
    this.always = rules.some((rule) => rule.needles === undefined) || bytes.includes(undefined);
    this.#any = new RegExp(joined(needles), 'u');
    this.#bytes = new NeedleSearch(bytes.flatMap((needle) => (needle === undefined ? [] : [needle])));
    this.#each = rules.map((rule) => (rule.needles === undefined ? undefined : new RegExp(joined(rule.needles), 'u')));
  }

  /** Whether any rule may match this line. */
  mayMatch(text: string): boolean {
    return this.always || this.#any.test(text);
  }

  /** Whether one rule may. */
  mayMatchRule(index: number, text: string): boolean {
    return this.#each[index]?.test(text) ?? true;
  }

  /** The first position at or after `from` where a needle is; -1: none. */
  search(bytes: Uint8Array, from: number): number {
    return this.#bytes.search(bytes, from);
  }
}

import type { LineRule } from './line-rule.ts';
import { NeedleFilter } from './needle-filter.ts';
import { type Counting, LineRing, type LogLine } from './ring.ts';

export interface RuleMatch {
  /** Index of the rule. */
  readonly rule: number;
  readonly lines: readonly LogLine[];
}

/** Tries all rules of a monitor on line after line. */
export class RuleMatcher {
  readonly filter: NeedleFilter;
  /** Whether lines without a needle must be pushed, too: a rule looks at the lines around it. */
  readonly needsEveryLine: boolean;
  readonly #rules: readonly LineRule[];
  readonly #ring: LineRing;
  readonly #bufferSize: number;
  readonly #counting: Counting;
  /** The needle of a rule over several lines may lie lines back: until which line it is tried. */
  readonly #armed: number[];
  #count = 0;

  constructor(
    rules: readonly LineRule[],
    bufferSize: number,
    options: { readonly counting?: Counting; readonly lines?: readonly LogLine[] } = {},
  ) {
    this.#rules = rules;
    this.#bufferSize = bufferSize;
    this.#counting = options.counting ?? 'once';
    this.#ring = new LineRing(bufferSize, options.lines);
    this.filter = new NeedleFilter(rules);
    this.needsEveryLine = this.filter.always || rules.some((rule) => this.#looksBack(rule));
    // The lines of before a restart may have had any needle.
    this.#armed = rules.map(() => (options.lines === undefined ? 0 : bufferSize));
  }

  /** What a later matcher must start with to go on where this one stands. */
  get lines(): readonly LogLine[] {
    return this.needsEveryLine ? this.#ring.lines : [];
  }

  push(line: LogLine): readonly RuleMatch[] {
    this.#count += 1;
    this.#ring.push(line);
    const found = this.filter.mayMatch(line.message);
    const matches: RuleMatch[] = [];
    for (const [index, rule] of this.#rules.entries()) {
      if (!this.#isTried(index, rule, line.message, found)) continue;
      const lines = this.#ring.match(rule, this.#counting);
      if (lines !== undefined) matches.push({ rule: index, lines });
    }
    return matches;
  }

  #looksBack(rule: LineRule): boolean {
    if (this.#bufferSize === 1) return false;
    return !rule.lastLineOnly || (rule.loose && this.#counting === 'repeated');
  }

  #isTried(index: number, rule: LineRule, message: string, found: boolean): boolean {
    const has = rule.needles === undefined || (found && this.filter.mayMatchRule(index, message));
    if (!this.#looksBack(rule)) return has;
    if (has) this.#armed[index] = this.#count + this.#bufferSize - 1;
    return this.#count <= (this.#armed[index] ?? 0);
  }
}

import type { Instant } from '../model/units.ts';
import type { ConditionBoard } from './conditions/board.ts';
import type { Claim } from './conditions/claim.ts';
import { clip, type MonitorEvent } from './conditions/events.ts';
import type { LogMonitor } from './config/log-monitor.ts';
import type { LogRule } from './config/log-rule.ts';
import { type Clearings, claimOf, type Seen, subjectOf } from './match/claim-of.ts';
import { NeedleFilter } from './match/needle-filter.ts';
import type { Counting, LogLine } from './match/ring.ts';
import { type RuleMatch, RuleMatcher } from './match/rule-matcher.ts';
import type { Needle } from './regexp/needles.ts';
import { type Counted, WindowCounter } from './window-counter.ts';

export interface EngineOptions extends Clearings {
  readonly counting?: Counting;
  /** When the node was booted; absent: long ago. */
  readonly boot?: Instant;
}

/** What must be kept over a restart, beside the claims of the board. */
export interface EngineState {
  readonly counters: Readonly<Record<string, number>>;
  /** Lines that a rule may still join to later ones. */
  readonly lines: readonly LogLine[];
  /** By the index of a rule that counts: what is in its window. */
  readonly counted?: Readonly<Record<string, readonly Counted[]>>;
}

/** The same reason may be an event for one file and a condition for another. */
const wordOf = (rule: LogRule | undefined) => `${rule?.condition ?? ''}\0${rule?.reason ?? ''}`;

/** One log monitor at work: lines in; events, counters, and claims on the board of conditions out. */
export class LogEngine {
  readonly monitor: LogMonitor;
  readonly #board: ConditionBoard;
  readonly #options: EngineOptions;
  readonly #matcher: RuleMatcher;
  readonly #reverts: RuleMatcher;
  /** What any of its rules needs. */
  readonly #needles: NeedleFilter;
  readonly #reverting: readonly LogRule[];
  readonly #counters = new Map<string, number>();
  readonly #windows: ReadonlyMap<LogRule, WindowCounter>;

  constructor(monitor: LogMonitor, board: ConditionBoard, options: EngineOptions, now: Instant, state?: EngineState) {
    this.monitor = monitor;
    this.#board = board;
    this.#options = options;
    const { bufferSize, rules, conditions } = monitor;
    this.#matcher = new RuleMatcher(
      rules.map(({ line }) => line),
      bufferSize,
      { counting: options.counting ?? 'once', ...(state === undefined ? {} : { lines: state.lines }) },
    );
    this.#reverting = rules.filter(({ revert }) => revert !== undefined);
    this.#reverts = new RuleMatcher(
      this.#reverting.flatMap(({ revert }) => revert ?? []),
      bufferSize,
    );
    this.#needles = new NeedleFilter([...rules.map(({ line }) => line), ...rules.flatMap(({ revert }) => revert ?? [])]);
    const counting = rules.flatMap((rule, index) => {
      const { start } = rule.counting ?? {};
      if (start === undefined) return [];
      return [[rule, new WindowCounter(start, options.boot ?? Number.NEGATIVE_INFINITY, state?.counted?.[index])] as const];
    });
    this.#windows = new Map(counting);
    for (const condition of conditions) board.declare(condition, monitor.source, now);
    for (const { reason } of rules) this.#counters.set(reason, state?.counters[reason] ?? 0);
  }

  /** Whether every line of the log must be pushed, or only those that `filter` finds. */
  get needsEveryLine(): boolean {
    return this.#matcher.needsEveryLine || this.#reverts.needsEveryLine;
  }

  /** Events per reason since the counters began; those of every rule from the first moment on. */
  get counters(): ReadonlyMap<string, number> {
    return this.#counters;
  }

  get state(): EngineState {
    const counted = Object.fromEntries(
      [...this.#windows].map(([rule, window]) => [this.monitor.rules.indexOf(rule), window.counted]),
    );
    return { counters: Object.fromEntries(this.#counters), lines: this.#matcher.lines, counted };
  }

  /** Texts of which every line that matters contains one; undefined: every line matters. */
  get needles(): readonly Needle[] | undefined {
    return this.needsEveryLine ? undefined : this.#needles.needles;
  }

  mayMatch(text: string): boolean {
    return this.#needles.mayMatch(text);
  }

  /** Where the next line is that may matter; -1: nowhere. */
  search(bytes: Uint8Array, from: number): number {
    return this.#needles.search(bytes, from);
  }

  /** `told`: what other monitors have made of this line, and afterwards this one, too; it is not told again. */
  push(line: LogLine, told?: Set<string>): readonly MonitorEvent[] {
    const reverted = this.#reverts.push(line).flatMap(({ rule }) => this.#revert(this.#reverting[rule], line));
    const matches = this.#matcher.push(line);
    if (matches.length === 0) return reverted;
    // Of a line that is only counted nothing has been told.
    const isCounted = ({ rule }: RuleMatch) => this.monitor.rules[rule]?.counting !== undefined;
    const words = matches.filter((match) => !isCounted(match)).map(({ rule }) => wordOf(this.monitor.rules[rule]));
    const fresh = matches.filter((match) => isCounted(match) || told?.has(wordOf(this.monitor.rules[match.rule])) !== true);
    const events = fresh.flatMap((match) => this.#act(match, line) ?? []);
    for (const word of words) told?.add(word);
    return [...reverted, ...events];
  }

  #act({ rule: index, lines }: RuleMatch, line: LogLine): MonitorEvent | undefined {
    const rule = this.monitor.rules[index];
    const message = rule && this.#messageOf(rule, lines, line);
    if (rule === undefined || message === undefined) return undefined;
    const time = lines[0]?.time ?? line.time;
    const event =
      rule.condition === undefined
        ? { severity: 'Warning' as const, source: this.monitor.source, reason: rule.reason, message, time }
        : this.#board.claim(this.#claimOf(rule, rule.condition, { message, since: time, line }));
    if (event !== undefined) this.#counters.set(rule.reason, (this.#counters.get(rule.reason) ?? 0) + 1);
    return event;
  }

  /** Undefined: there are not enough of them yet, or no more than before for an event. */
  #messageOf(rule: LogRule, lines: readonly LogLine[], { time }: LogLine): string | undefined {
    const count = this.#windows.get(rule)?.add({ time, value: 1 });
    if (count === undefined)
      return clip(lines.map((one) => one.message).join('\n')) + (rule.suffix === '' ? '' : `; ${rule.suffix}`);
    const limit = rule.counting?.limit ?? 1;
    if (count < limit || (rule.condition === undefined && count > limit)) return undefined;
    return `Found ${count} matching logs, which meets the threshold of ${limit}`;
  }

  #claimOf(rule: LogRule, type: string, seen: Seen): Claim {
    return { monitor: this.monitor.file, ...claimOf(rule, type, seen, this.#options) };
  }

  #revert(rule: LogRule | undefined, line: LogLine): readonly MonitorEvent[] {
    if (rule?.revert === undefined) return [];
    const count = this.#windows.get(rule)?.add({ time: line.time, value: -1 });
    const stillTooMany = count !== undefined && count >= (rule.counting?.limit ?? 1);
    if (rule.condition === undefined || stillTooMany) return [];
    return this.#board.revert(rule.condition, rule.reason, subjectOf(rule.revert, line.message), line.time);
  }
}

import type { PluginWord } from '../../model/plugin-word.ts';
import type { Instant } from '../../model/units.ts';
import { conditionEvent, type MonitorEvent } from '../conditions/events.ts';
import type { PluginMonitor, PluginRule } from '../config/plugin-monitor.ts';
import type { ProblemGauge } from '../gauges.ts';
import type { PluginResult, PluginStatus } from './output.ts';

interface Word {
  readonly rule: PluginRule;
  readonly status: PluginStatus;
  readonly message: string;
  readonly since: Instant;
}

interface Entry {
  readonly monitor: PluginMonitor;
  readonly healthy: { readonly reason: string; readonly message: string };
  /** The last word of each rule. */
  readonly words: Map<PluginRule, Word>;
  now: PluginWord;
  skipped: boolean;
}

export interface BoardNews {
  readonly events: readonly MonitorEvent[];
  /** A condition is another than before. */
  readonly changed: boolean;
}

const NOTHING: BoardNews = { events: [], changed: false };

/**
 * What the plugins of all files say. One rule alone moves its condition exactly as in node-problem-detector; of several, which overwrite
 * each other there, a problem counts more than a question, a question more than a good word, and of two problems the newer one.
 */
export class PluginBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #counters = new Map<string, number>();
  readonly #monitors: readonly PluginMonitor[];

  constructor(monitors: readonly PluginMonitor[], now: Instant) {
    this.#monitors = monitors;
    for (const monitor of monitors) {
      for (const { type, ...healthy } of monitor.conditions) {
        if (this.#entries.has(type)) continue;
        const first = { type, status: 'False', ...healthy, since: now } as const;
        this.#entries.set(type, { monitor, healthy, words: new Map(), now: first, skipped: monitor.skipInitialStatus });
      }
      if (monitor.metricsReporting) for (const { reason } of monitor.rules) this.#count(monitor, reason, 0);
    }
  }

  take(monitor: PluginMonitor, rule: PluginRule, result: PluginResult, now: Instant): BoardNews {
    if (rule.condition === undefined) return this.#takeTemporary(monitor, rule, result, now);
    const entry = this.#entries.get(rule.condition);
    if (entry === undefined) return NOTHING;
    const wasSkipped = this.#unskip(monitor);
    this.#note(entry, monitor, { rule, ...result, since: now });
    const before = entry.now;
    const after = resolve(entry);
    entry.now = after;
    if (isSame(before, after)) return { events: [], changed: wasSkipped || before.path === undefined };
    if (after.status === 'True' && after.reason === rule.reason && result.status === 'problem')
      this.#count(monitor, rule.reason, 1);
    return { events: [conditionEvent(monitor.source, after, now)], changed: true };
  }

  /** What is to be reported; one that waits for its first result is not there yet. */
  conditions(): readonly PluginWord[] {
    return [...this.#entries.values()].flatMap(({ now, skipped }) => (skipped ? [] : [now]));
  }

  /** Conditions of `skip_initial_status` whose plugins have said nothing yet. */
  waiting(): readonly string[] {
    return [...this.#entries.values()].flatMap(({ now, skipped }) => (skipped ? [now.type] : []));
  }

  get counters(): ReadonlyMap<string, number> {
    return this.#counters;
  }

  gauges(): readonly ProblemGauge[] {
    return this.#monitors
      .filter(({ metricsReporting }) => metricsReporting)
      .flatMap(({ rules }) => rules)
      .flatMap(({ condition: type, reason }) => {
        if (type === undefined) return [];
        const now = this.#entries.get(type)?.now;
        return [{ type, reason, value: now?.status === 'True' && now.reason === reason ? 1 : 0 } as const];
      });
  }

  /** Also when it could not tell: who reads the event sees why. What did not run at all is no event of what it looks for. */
  #takeTemporary(monitor: PluginMonitor, { reason }: PluginRule, result: PluginResult, now: Instant): BoardNews {
    const wasSkipped = this.#unskip(monitor);
    if (result.status === 'ok' || result.notRun === true) return { events: [], changed: wasSkipped };
    this.#count(monitor, reason, 1);
    const { message } = result;
    return { events: [{ severity: 'Warning', source: monitor.source, reason, message, time: now }], changed: wasSkipped };
  }

  /** Any result publishes all conditions of its file. */
  #unskip(monitor: PluginMonitor): boolean {
    const waiting = [...this.#entries.values()].filter((entry) => entry.monitor === monitor && entry.skipped);
    for (const entry of waiting) entry.skipped = false;
    return waiting.length > 0;
  }

  #note({ words }: Entry, { messageChangeCounts }: PluginMonitor, word: Word): void {
    const last = words.get(word.rule);
    const isNews =
      last?.status !== word.status || (word.status === 'problem' && messageChangeCounts && last.message !== word.message);
    if (!isNews) return;
    // In the order of their news.
    words.delete(word.rule);
    words.set(word.rule, word);
  }

  #count({ metricsReporting }: PluginMonitor, reason: string, by: number): void {
    if (metricsReporting) this.#counters.set(reason, (this.#counters.get(reason) ?? 0) + by);
  }
}

const isSame = (a: PluginWord, b: PluginWord) => a.status === b.status && a.reason === b.reason && a.message === b.message;

function resolve({ healthy, words, now }: Entry): PluginWord {
  const all = [...words.values()];
  const problem = all.findLast(({ status }) => status === 'problem');
  const question = all.find(({ status }) => status === 'unknown');
  const { type } = now;
  if (problem !== undefined) {
    const { rule, message, since } = problem;
    return { type, status: 'True', reason: rule.reason, message, since, path: rule.path };
  }
  if (question !== undefined) {
    const { rule, message, since } = question;
    return { type, status: 'Unknown', reason: healthy.reason, message, since, path: rule.path };
  }
  const [first] = all;
  const since = Math.max(...all.map((word) => word.since), 0);
  return { type, status: 'False', ...healthy, since, ...(first === undefined ? {} : { path: first.rule.path }) };
}

import type { Builtin } from './builtin.ts';
import type { LogMonitor, LogSource } from './log-monitor.ts';
import type { LogRule } from './log-rule.ts';
import type { PluginMonitor, PluginRule } from './plugin-monitor.ts';

type LogCounter = Extract<Builtin, { program: 'log-counter' }>;

const isCounter = (rule: PluginRule): rule is PluginRule & { readonly builtin: LogCounter } =>
  rule.builtin?.program === 'log-counter';

/** The kernel's lines are read from the kernel: it costs less, also where no journal is. */
const sourceOf = ({ identifier, path }: LogCounter): LogSource =>
  identifier === 'kernel' ? { plugin: 'kmsg' } : { plugin: 'journald', identifier, path };

function toRule({
  condition,
  reason,
  builtin: { pattern, revert, count, start },
}: PluginRule & { readonly builtin: LogCounter }): LogRule {
  return {
    reason,
    line: pattern,
    suffix: '',
    ...(condition === undefined ? {} : { condition }),
    ...(revert === undefined ? {} : { revert }),
    // When the last of too many has left the window, there are no longer too many.
    quietPeriod: start.lookback,
    counting: { limit: count, start },
  };
}

/** The calls of log-counter in a plugin's file, as monitors that count the lines when they come; one for each log. */
export function counterMonitors({ file, source, conditions, rules, metricsReporting }: PluginMonitor): readonly LogMonitor[] {
  const logs = Map.groupBy(rules.filter(isCounter), ({ builtin }) => JSON.stringify(sourceOf(builtin)));
  return [...logs.values()].flatMap((counters) => {
    const [first] = counters;
    if (first === undefined) return [];
    const log = sourceOf(first.builtin);
    const types = new Set(counters.map(({ condition }) => condition));
    const starts = counters.map(({ builtin }) => builtin.start);
    return [
      {
        kind: 'log',
        file: `${file}#${first.builtin.identifier}`,
        source,
        log,
        start: {
          lookback: Math.max(...starts.map(({ lookback }) => lookback)),
          delay: Math.min(...starts.map(({ delay }) => delay)),
        },
        bufferSize: 1,
        conditions: conditions.filter(({ type }) => types.has(type)),
        rules: counters.map(toRule),
        metricsReporting,
      },
    ];
  });
}

/** What is left of a plugin's file when the calls of log-counter are counted elsewhere. */
export function withoutCounters(monitor: PluginMonitor): PluginMonitor {
  const rules = monitor.rules.filter((rule) => !isCounter(rule));
  const counted = new Set(monitor.rules.filter(isCounter).map(({ condition }) => condition));
  const kept = new Set(rules.map(({ condition }) => condition));
  return { ...monitor, rules, conditions: monitor.conditions.filter(({ type }) => kept.has(type) || !counted.has(type)) };
}

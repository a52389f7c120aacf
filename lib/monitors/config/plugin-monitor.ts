import type { Duration } from '../../model/units.ts';
import type { DeclaredCondition } from '../conditions/declared.ts';
import { type Builtin, recogniseBuiltin } from './builtin.ts';
import { readDuration } from './clearing.ts';
import { readConditions } from './conditions.ts';
import type { Field, Fields } from './fields.ts';

export interface PluginRule {
  /** Absent: temporary. */
  readonly condition?: string;
  readonly reason: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly timeout: Duration;
  readonly interval: Duration;
  /** node-problem-detector's own programs: served without the program. */
  readonly builtin?: Builtin;
}

export interface PluginMonitor {
  readonly kind: 'plugin';
  readonly file: string;
  readonly source: string;
  readonly conditions: readonly DeclaredCondition[];
  readonly rules: readonly PluginRule[];
  /** Bytes of output that become the message. */
  readonly mostOutput: number;
  readonly concurrency: number;
  readonly messageChangeCounts: boolean;
  readonly skipInitialStatus: boolean;
  readonly metricsReporting: boolean;
}

interface Defaults {
  readonly interval: Duration;
  readonly timeout: Duration;
}

function positive(field: Field | undefined, otherwise: Duration): Duration {
  const duration = readDuration(field);
  if (duration !== undefined && duration <= 0) field?.expected('a duration of more than 0');
  return duration ?? otherwise;
}

function count(field: Field | undefined, least: number, otherwise: number): number {
  const value = field?.whole();
  if (value !== undefined && value < least) field?.expected(`a whole number from ${least}`);
  return Math.max(least, value ?? otherwise);
}

function readBuiltin(item: Field, path: string, args: readonly string[]): Builtin | undefined {
  const builtin = recogniseBuiltin(path, args);
  if (typeof builtin === 'string') return item.problem(builtin);
  return builtin;
}

function readRule(item: Field, defaults: Defaults, declared: ReadonlySet<string>): PluginRule {
  const rule = item.fields();
  const type = rule.get('type');
  const condition = rule.get('condition')?.text() ?? '';
  const reason = rule.get('reason')?.text() ?? '';
  const path = rule.get('path')?.text() ?? '';
  const args = rule.get('args')?.texts() ?? [];
  const timeoutField = rule.get('timeout');
  const timeout = readDuration(timeoutField) ?? defaults.timeout;
  const interval = positive(rule.get('invoke_interval'), defaults.interval);
  rule.warnUnknown();
  if (path === '') item.expected('a rule with the path of a program');
  if (timeout > defaults.timeout) timeoutField?.expected('no more than pluginConfig.timeout');
  const permanent = type?.text() !== 'temporary';
  if (permanent && type?.text() !== 'permanent')
    (type ?? item).warn('has a type that is neither temporary nor permanent, and counts as permanent');
  if (permanent && !declared.has(condition)) item.problem(`its condition "${condition}" is not declared in conditions`);
  const builtin = readBuiltin(item, path, args);
  return {
    ...(permanent ? { condition } : {}),
    reason,
    path,
    args,
    timeout,
    interval,
    ...(builtin === undefined ? {} : { builtin }),
  };
}

/** Reads a customPluginMonitor. */
export function readPluginMonitor(file: string, fields: Fields): PluginMonitor {
  const config = fields.get('pluginConfig')?.fields();
  const interval = positive(config?.get('invoke_interval'), 30_000);
  const timeout = readDuration(config?.get('timeout')) ?? 5000;
  const mostOutput = count(config?.get('max_output_length'), 0, 80);
  const concurrency = count(config?.get('concurrency'), 1, 3);
  const messageChangeCounts = config?.get('enable_message_change_based_condition_update')?.truth() ?? false;
  const skipInitialStatus = config?.get('skip_initial_status')?.truth() ?? false;
  config?.warnUnknown();
  const conditions = readConditions(fields);
  const declared = new Set(conditions.map(({ type }) => type));
  const rules = (fields.get('rules')?.items() ?? []).map((item) => readRule(item, { interval, timeout }, declared));
  const source = fields.get('source')?.text() ?? '';
  const metricsReporting = fields.get('metricsReporting')?.truth() ?? true;
  fields.warnUnknown();
  return {
    kind: 'plugin',
    file,
    source,
    conditions,
    rules,
    mostOutput,
    concurrency,
    messageChangeCounts,
    skipInitialStatus,
    metricsReporting,
  };
}

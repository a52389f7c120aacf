import type { DeclaredCondition } from '../conditions/declared.ts';
import { parseStartPoint, type StartPoint } from '../time/start.ts';
import { readConditions } from './conditions.ts';
import type { Field, Fields } from './fields.ts';
import { type LogRule, readRule } from './log-rule.ts';
import { checkTranslation, readTranslation, type Translation } from './translation.ts';

/** Where a monitor's lines come from. */
export type LogSource =
  | { readonly plugin: 'kmsg' }
  | { readonly plugin: 'journald'; readonly identifier: string; readonly path: string }
  | { readonly plugin: 'filelog'; readonly path: string; readonly translation: Translation; readonly skip: readonly string[] };

export interface LogMonitor {
  readonly kind: 'log';
  readonly file: string;
  readonly source: string;
  readonly log: LogSource;
  readonly start: StartPoint;
  readonly bufferSize: number;
  readonly conditions: readonly DeclaredCondition[];
  readonly rules: readonly LogRule[];
  readonly metricsReporting: boolean;
}

/** A ring of more lines than that is a slip of the pen. */
const MOST_LINES = 10_000;

function readSource(fields: Fields, plugin: Field): LogSource | undefined {
  const config = readPluginConfig(fields);
  const path = fields.get('logPath')?.text() ?? '';
  const skip = fields.get('skipList')?.texts() ?? [];
  const word = plugin.text();
  if (word === 'kmsg') return { plugin: 'kmsg' };
  if (word === 'journald') {
    const identifier = config.get('source')?.text() ?? '';
    if (identifier === '')
      return plugin.problem('journald needs pluginConfig.source: the SYSLOG_IDENTIFIER whose lines are read');
    return { plugin: 'journald', identifier, path };
  }
  if (word !== 'filelog') return plugin.expected('kmsg, journald or filelog');
  if (path === '') return plugin.problem('filelog needs logPath: the file that is read');
  const translation = readTranslation(plugin, config);
  return translation === undefined ? undefined : { plugin: 'filelog', path, translation, skip };
}

/** A map of texts in Go: every value must be one, and the keys are as written. */
function readPluginConfig(fields: Fields): ReadonlyMap<string, Field> {
  const all = fields.get('pluginConfig')?.fields().all() ?? new Map<string, Field>();
  for (const field of all.values()) field.text();
  return all;
}

function readStart(fields: Fields): StartPoint | undefined {
  const lookback = fields.get('lookback');
  const delay = fields.get('delay');
  try {
    return parseStartPoint(lookback?.text() ?? '', delay?.text() ?? '');
  } catch (error) {
    return (lookback ?? delay ?? fields.at).problem(
      `${error instanceof Error ? error.message : error}; expected a duration such as "5m"`,
    );
  }
}

function readBufferSize(fields: Fields): number {
  const field = fields.get('bufferSize');
  const size = field?.whole() ?? 0;
  if (field !== undefined && (size < 0 || size > MOST_LINES)) field.expected(`a number of lines from 0 to ${MOST_LINES}`);
  return size <= 0 ? 10 : Math.min(size, MOST_LINES);
}

/** Reads a systemLogMonitor; undefined when something is wrong, which `remarks` then has. */
export function readLogMonitor(file: string, fields: Fields, plugin: Field): LogMonitor | undefined {
  const bufferSize = readBufferSize(fields);
  const log = readSource(fields, plugin);
  const start = readStart(fields);
  const conditions = readConditions(fields);
  const declared = new Set(conditions.map(({ type }) => type));
  const rules = (fields.get('rules')?.items() ?? []).map((item) => ({ item, rule: readRule(item, bufferSize, declared) }));
  const source = fields.get('source')?.text() ?? '';
  const metricsReporting = fields.get('metricsReporting')?.truth() ?? true;
  fields.warnUnknown();
  if (log === undefined || start === undefined) return undefined;
  if (log.plugin === 'filelog') checkTranslation(log.translation, rules, bufferSize);
  return {
    kind: 'log',
    file,
    source,
    log,
    start,
    bufferSize,
    conditions,
    rules: rules.flatMap(({ rule }) => rule ?? []),
    metricsReporting,
  };
}

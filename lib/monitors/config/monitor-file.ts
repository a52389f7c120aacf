import { Field, type Remark, Remarks } from './fields.ts';
import { JsonError, type JsonNode, parseJson } from './json.ts';
import { type LogMonitor, readLogMonitor } from './log-monitor.ts';
import { type PluginMonitor, readPluginMonitor } from './plugin-monitor.ts';
import { isStats, readStatsMonitor, type StatsMonitor } from './stats-monitor.ts';

export type Monitor = LogMonitor | PluginMonitor | StatsMonitor;

/** `other`: data of node-problem-detector that is no monitor (exporters, module lists). */
export type MonitorFile =
  | { readonly kind: 'valid'; readonly monitor: Monitor; readonly warnings: readonly Remark[] }
  | { readonly kind: 'other'; readonly file: string }
  | { readonly kind: 'invalid'; readonly problems: readonly Remark[] };

function readMonitor(root: JsonNode, remarks: Remarks): Monitor | undefined {
  const { file } = remarks;
  if (root.kind !== 'object') return undefined;
  const fields = new Field(root, '', remarks).fields();
  const plugin = fields.get('plugin');
  if (plugin === undefined) return isStats(fields) ? readStatsMonitor(file, fields) : undefined;
  return plugin.text() === 'custom' ? readPluginMonitor(file, fields) : readLogMonitor(file, fields, plugin);
}

function broken(file: string, { message, place }: JsonError): MonitorFile {
  return { kind: 'invalid', problems: [{ file, ...place, key: '', message }] };
}

/** Reads a file of node-problem-detector's as it does, and says what it would have kept to itself. */
export function parseMonitorFile(file: string, text: string): MonitorFile {
  const remarks = new Remarks(file);
  try {
    const monitor = readMonitor(parseJson(text), remarks);
    const { problems, warnings } = remarks;
    if (problems.length > 0) return { kind: 'invalid', problems };
    return monitor === undefined ? { kind: 'other', file } : { kind: 'valid', monitor, warnings };
  } catch (error) {
    if (error instanceof JsonError) return broken(file, error);
    throw error;
  }
}

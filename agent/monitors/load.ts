import { join } from 'node:path';
import type { HostView } from '../../lib/host/host.ts';
import { explainPathFailure } from '../../lib/model/path-failure.ts';
import { counterMonitors } from '../../lib/monitors/config/log-counter.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { type Monitor, parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import type { PluginMonitor } from '../../lib/monitors/config/plugin-monitor.ts';
import type { StatsMonitor } from '../../lib/monitors/config/stats-monitor.ts';
import { defaultMonitors, toLogMonitor } from '../../lib/monitors/rules/default-monitors.ts';
import { whyNotTrusted } from '../plugins/trusted-path.ts';

/** What of a directory of monitors can be used, and what is to be said of the rest. */
export interface LoadedMonitors {
  /** Our own first: of a line that both know, theirs says more. */
  readonly monitors: readonly LogMonitor[];
  readonly plugins: readonly PluginMonitor[];
  readonly stats: readonly StatsMonitor[];
  /** Files that are not used, and why. */
  readonly refused: readonly string[];
  /** What a file's author may not have meant. */
  readonly doubts: readonly string[];
}

type One = Partial<Record<'refused' | 'doubts', readonly string[]>> & { readonly monitor?: Monitor };

function judged(path: string, text: string): One {
  const parsed = parseMonitorFile(path, text);
  if (parsed.kind === 'other') return {};
  if (parsed.kind === 'invalid') {
    const words = parsed.problems.map(({ line, column, key, message }) => `${path}:${line}:${column}: ${key} ${message}`);
    return { refused: words };
  }
  const { monitor, warnings } = parsed;
  return { monitor, doubts: warnings.map(({ line, column, key, message }) => `${path}:${line}:${column}: ${key} ${message}`) };
}

/** Names the file, where it is a directory above it or what a link leads to. */
const explainRefusal = (path: string, why: string): string => (why.startsWith(`${path}:`) ? why : `${path}: ${why}`);

async function readOne(host: HostView, path: string): Promise<One> {
  // Whoever may write a rule decides what drains this node.
  const why = await whyNotTrusted(host, path);
  if (why !== undefined) return { refused: [explainRefusal(path, why)] };
  const file = await host.readFile(path);
  if (file.kind !== 'text') return { refused: [`${path}: ${explainPathFailure(file)}`] };
  return file.truncated ? { refused: [`${path}: is longer than 1 MiB`] } : judged(path, file.text);
}

async function readDirectory(host: HostView, directory: string): Promise<readonly One[]> {
  const listed = await host.listDirectory(directory);
  if (listed.kind === 'missing') return [];
  if (listed.kind !== 'entries') return [{ refused: [`${directory}: ${explainPathFailure(listed)}`] }];
  const why = await whyNotTrusted(host, directory);
  if (why !== undefined) return [{ refused: [explainRefusal(directory, why)] }];
  const names = listed.names.filter((name) => name.endsWith('.json'));
  return await Promise.all(names.map((name) => readOne(host, join(directory, name))));
}

/** The monitors of the operator's directory and our own. A file that cannot be used costs itself, never the others. */
export async function loadMonitors(
  host: HostView,
  config: { readonly directory: string; readonly defaults: boolean },
): Promise<LoadedMonitors> {
  const files = await readDirectory(host, config.directory);
  const own = config.defaults ? defaultMonitors.map(toLogMonitor) : [];
  const monitors = files.flatMap(({ monitor }) => monitor ?? []);
  const plugins = monitors.filter((one) => one.kind === 'plugin');
  return {
    // The calls of log-counter in a plugin's file are counted as the lines come.
    monitors: [...own, ...monitors.filter((one) => one.kind === 'log'), ...plugins.flatMap(counterMonitors)],
    plugins,
    stats: monitors.filter((one) => one.kind === 'stats'),
    refused: files.flatMap(({ refused = [] }) => refused),
    doubts: files.flatMap(({ doubts = [] }) => doubts),
  };
}

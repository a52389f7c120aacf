import type { ProblemGauge } from '../../lib/monitors/gauges.ts';
import { problems } from '../../lib/problems/index.ts';
import type { Monitors } from '../monitors/monitors.ts';
import { openPlugins, type Plugins, type PluginsParts } from './plugins.ts';

type Figures = ReturnType<Plugins['figures']>;

/** One reason may be counted by a log and by a plugin. */
function sum(one: Figures, other: Figures): Figures {
  const counters = new Map(one.counters);
  for (const [reason, count] of other.counters) counters.set(reason, (counters.get(reason) ?? 0) + count);
  const gauges = new Map<string, ProblemGauge>();
  for (const gauge of [...one.gauges, ...other.gauges]) {
    const key = `${gauge.type}\0${gauge.reason}`;
    if (gauge.value === 1 || !gauges.has(key)) gauges.set(key, gauge);
  }
  return { counters, gauges: [...gauges.values()] };
}

/** The plugins of the files, with the conditions and figures of the log monitors beside their own. */
export function composePlugins(parts: Pick<PluginsParts, 'host' | 'log' | 'random' | 'enabled'>, monitors: Monitors): Plugins {
  const ownTypes = new Set(problems.map(({ type }) => type));
  const plugins = openPlugins({ ...parts, monitors: monitors.plugins, ownTypes });
  return {
    ...plugins,
    words: () => [...plugins.words(), ...monitors.words().filter(({ type }) => !ownTypes.has(type))],
    figures: () => sum(plugins.figures(), monitors.figures()),
  };
}

import type { Duration } from '../../lib/model/units.ts';
import { type ProblemGauge, problemCounters, problemGauges } from '../../lib/monitors/gauges.ts';
import type { DeclaredWord } from '../../lib/reporters/declared.ts';
import type { LogConditions } from '../../lib/sources/host/log-conditions.ts';
import { BlindSpots } from './blind-spots.ts';
import { openKubeletEar } from './kubelet-ear.ts';
import { type LoadedMonitors, loadMonitors } from './load.ts';
import { LogDesk } from './log-desk.ts';
import { type Known, type MonitorListener, Reading, type ReadingParts } from './reading.ts';
import { rechecks } from './rechecks.ts';
import { readState } from './state-file.ts';
import { toConditions } from './views.ts';

/** The log monitors of the node, and what else its files ask for. */
export interface Monitors extends Pick<LoadedMonitors, 'plugins' | 'stats'> {
  conditions(): LogConditions;
  /** node-problem-detector's metrics. */
  figures(): { readonly counters: ReadonlyMap<string, number>; readonly gauges: readonly ProblemGauge[] };
  /** Conditions by the words of the files that declare them. */
  words(): readonly DeclaredWord[];
  /** How long the kubelet has complained of nothing in the journal that is followed; 0: nobody knows. */
  kubeletQuietFor(): Duration;
  /** Begins to read; resolves when the signal was aborted and all is written. */
  run(listener: MonitorListener, signal: AbortSignal): Promise<void>;
}

export interface MonitorsParts extends ReadingParts {
  readonly config: { readonly directory: string; readonly defaults: boolean };
}

async function load({ host, config, log }: MonitorsParts): Promise<LoadedMonitors> {
  const loaded = await loadMonitors(host, config);
  const { refused, doubts } = loaded;
  for (const why of refused) log.warn({ why }, 'monitor not used');
  for (const why of doubts) log.warn({ why }, 'rule may not do what it says');
  return loaded;
}

/** Loads the monitors and what was known before; reads nothing yet. */
export async function openMonitors(parts: MonitorsParts): Promise<Monitors> {
  const { host, moment, statePath } = parts;
  const { monitors, plugins, stats } = await load(parts);
  const kernel = new Set(monitors.filter(({ log }) => log.plugin === 'kmsg').map(({ file }) => file));
  const { boot, up } = moment();
  const saved = await readState(host, statePath, boot, kernel);
  const desk = new LogDesk({ monitors, rechecks, now: host.clock.now(), uptime: up, saved });
  const known: Known = { desk, saved, blind: new BlindSpots(), ear: openKubeletEar(host.clock) };
  return {
    plugins,
    stats,
    conditions: () => toConditions(monitors, desk.board.claims(), known.blind),
    figures: () => ({
      counters: problemCounters(desk.engines),
      gauges: problemGauges(monitors, desk.board.conditions()),
    }),
    words: () => desk.board.conditions().map(({ transition: _, ...word }) => ({ ...word, isFirst: false })),
    kubeletQuietFor: known.ear.quietFor,
    run: (listener, signal) => new Reading(parts, known, listener).run(signal),
  };
}

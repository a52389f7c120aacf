import type { HostView } from '../../lib/host/host.ts';
import { EventGate } from '../../lib/monitors/conditions/budget.ts';
import type { MonitorEvent } from '../../lib/monitors/conditions/events.ts';
import { withoutCounters } from '../../lib/monitors/config/log-counter.ts';
import type { PluginMonitor, PluginRule } from '../../lib/monitors/config/plugin-monitor.ts';
import type { ProblemGauge } from '../../lib/monitors/gauges.ts';
import { PluginBoard } from '../../lib/monitors/plugins/board.ts';
import { type PluginEnd, type PluginResult, resultOf } from '../../lib/monitors/plugins/output.ts';
import type { DeclaredWord } from '../../lib/reporters/declared.ts';
import type { EventRecord } from '../../lib/reporters/event-records.ts';
import type { Log } from '../../lib/reporters/log.ts';
import type { PluginConditions } from '../../lib/sources/host/plugin-conditions.ts';
import { recordOfEvent } from '../monitors/record-of-event.ts';
import type { CheckResult } from '../round.ts';
import { isOwnType, remarksOn, resultOfFindings, servedBy, servedRules } from './health.ts';
import { type PluginCall, runPlugin } from './run-plugin.ts';
import { playTurns, type Turn, turnsOf } from './turns.ts';

export interface PluginListener {
  say(record: EventRecord): void;
  /** What the plugins say may be something else than before. */
  changed(): void;
}

/** The custom plugins of the node. */
export interface Plugins {
  conditions(): PluginConditions;
  /** Conditions by the words of their files. */
  words(): readonly DeclaredWord[];
  figures(): { readonly counters: ReadonlyMap<string, number>; readonly gauges: readonly ProblemGauge[] };
  /** What a check of ours said is what health-checker would have found out. */
  observe(result: CheckResult): void;
  /** Begins to run them; resolves when the signal was aborted and none is run any more. */
  run(listener: PluginListener, signal: AbortSignal): Promise<void>;
}

export interface PluginsParts {
  readonly host: HostView;
  readonly monitors: readonly PluginMonitor[];
  readonly log: Log;
  readonly random: () => number;
  /** Condition types that a check of ours feeds. */
  readonly ownTypes: ReadonlySet<string>;
  /** False: the check that tells of them is switched off, and none is run; absent: it is on. */
  readonly enabled?: () => boolean;
  readonly runOne?: (call: PluginCall) => Promise<PluginEnd>;
}

export function openPlugins({ host, log, random, ownTypes, runOne, enabled = () => true, ...parts }: PluginsParts): Plugins {
  const { clock } = host;
  const monitors = parts.monitors.map(withoutCounters);
  const board = new PluginBoard(monitors, clock.now());
  const gate = new EventGate();
  const served = servedRules(monitors);
  const silent = new Map<string, string>();
  const mirrored = new Set(served.filter(isOwnType).map(({ rule }) => rule.condition));
  const plugins = monitors.flatMap(turnsOf).length;
  let listener: PluginListener | undefined;
  for (const remark of served.flatMap(remarksOn)) log.info({ remark }, 'plugin served without its program');

  function tell(event: MonitorEvent | undefined): void {
    if (event !== undefined) listener?.say(recordOfEvent('plugin', event));
  }

  function take(monitor: PluginMonitor, rule: PluginRule, result: PluginResult): void {
    const now = clock.now();
    const was = board.conditions().find(({ type }) => type === rule.condition)?.status;
    const { events, changed } = board.take(monitor, rule, result, now);
    for (const event of events) {
      // A problem that begins or is over is told with its life; that nobody can tell is told here.
      const isOver = was === 'True' && result.status === 'ok';
      const isQuestion = event.severity === 'Normal' && !isOver && !mirrored.has(event.condition);
      if (event.condition === undefined || isQuestion) tell(gate.admit(event, now));
    }
    if (changed) listener?.changed();
  }

  /** Said once, and again when it is for another reason. */
  function hear(path: string, why: string | undefined): void {
    if (silent.get(path) === why) return;
    if (why === undefined) silent.delete(path);
    else {
      silent.set(path, why);
      log.warn({ plugin: path, why }, 'plugin not run');
    }
    listener?.changed();
  }

  async function play({ monitor, rules }: Turn): Promise<void> {
    const [{ path, args, timeout }] = rules;
    try {
      const end = await (runOne ?? ((call) => runPlugin(call, { host })))({ file: monitor.file, path, args, timeout });
      hear(path, end.kind === 'not-run' ? end.why : undefined);
      for (const rule of rules) take(monitor, rule, resultOf(path, end, monitor));
    } catch (error) {
      log.error({ plugin: path, why: String(error) }, 'internal error in a plugin');
    }
  }

  function words(): readonly DeclaredWord[] {
    if (!enabled()) return [];
    const said = board.conditions().filter(({ type }) => !ownTypes.has(type));
    const waiting = board.waiting().map((type) => ({ type, status: 'waiting' as const }));
    return [...said.map(({ path, ...word }) => ({ ...word, isFirst: path === undefined })), ...waiting];
  }

  function settle(): void {
    for (const event of gate.settle(clock.now())) tell(event);
  }

  return {
    conditions: () => ({
      kind: 'agent',
      plugins,
      words: board.conditions().filter(({ type }) => !mirrored.has(type)),
      silent: [...silent].map(([path, why]) => ({ path, why })),
    }),
    words,
    figures: () => ({ counters: board.counters, gauges: board.gauges() }),
    observe({ check, findings }) {
      for (const { monitor, rule, checker } of served)
        if (servedBy(checker) === check.id) take(monitor, rule, resultOfFindings(checker, findings));
    },
    async run(given, signal) {
      listener = given;
      for (const { monitor, rule, checker } of served)
        if (servedBy(checker) === undefined) take(monitor, rule, resultOfFindings(checker, []));
      await playTurns(monitors, {
        clock,
        random,
        signal,
        async play(turn) {
          settle();
          if (enabled()) await play(turn);
        },
      });
    },
  };
}

import type { MonitorCondition } from './conditions/board.ts';
import type { LogMonitor } from './config/log-monitor.ts';
import type { LogEngine } from './log-engine.ts';

/** One sample of node-problem-detector's problem_gauge. */
export interface ProblemGauge {
  readonly type: string;
  readonly reason: string;
  readonly value: 0 | 1;
}

const reporting = ({ metricsReporting }: LogMonitor) => metricsReporting;

/** problem_gauge{type,reason}: every permanent rule from the first moment on, 1 for what its condition says now. */
export function problemGauges(monitors: readonly LogMonitor[], conditions: readonly MonitorCondition[]): readonly ProblemGauge[] {
  const declared = new Map(conditions.map((condition) => [condition.type, condition]));
  const gauges = new Map<string, ProblemGauge>();
  for (const { condition: type, reason } of monitors.filter(reporting).flatMap(({ rules }) => rules)) {
    if (type === undefined) continue;
    const condition = declared.get(type);
    const value = condition?.status === 'True' && condition.reason === reason ? 1 : 0;
    gauges.set(`${type}\0${reason}`, { type, reason, value });
  }
  return [...gauges.values()];
}

/** problem_counter{reason}: the sum of all monitors that report metrics. */
export function problemCounters(engines: readonly LogEngine[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { counters } of engines.filter(({ monitor }) => reporting(monitor))) {
    for (const [reason, count] of counters) sums.set(reason, (sums.get(reason) ?? 0) + count);
  }
  return sums;
}

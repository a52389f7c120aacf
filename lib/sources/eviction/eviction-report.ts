import type { SignalReport } from '../../model/report.ts';
import { type Sample, timeUntil } from '../../model/trend.ts';
import type { EvictionHistory } from './eviction-history.ts';
import type { EvictionSignal, EvictionSignals, SignalThreshold } from './eviction-signals.ts';

function secondsLeft(threshold: number | null, samples: readonly Sample[] | undefined): number | null {
  const left = threshold === null ? undefined : timeUntil(threshold, samples ?? []);
  return left === undefined ? null : Math.round(left / 1000);
}

function rowOf(
  { signal, observed, capacity }: EvictionSignal,
  threshold: SignalThreshold,
  samples?: readonly Sample[],
): SignalReport {
  const { kind, text, value, source } = threshold;
  return {
    signal,
    kind,
    threshold: text,
    thresholdValue: value,
    source,
    observed,
    capacity,
    headroom: observed === null || value === null ? null : observed - value,
    secondsLeft: observed === null ? null : secondsLeft(value, samples),
  };
}

/** The rows of the report: one per signal and threshold, and one without threshold for a signal that nobody guards. */
export function toSignalReports(
  { signals, evictionHardSource }: EvictionSignals,
  history: EvictionHistory = {},
): readonly SignalReport[] {
  return signals.flatMap<SignalReport>((reading) => {
    const { signal, observed, capacity, thresholds } = reading;
    if (thresholds.length > 0) return thresholds.map((threshold) => rowOf(reading, threshold, history[signal]));
    const none = { threshold: null, thresholdValue: null, headroom: null, secondsLeft: null };
    return [{ signal, kind: 'hard', ...none, source: evictionHardSource, observed, capacity }];
  });
}

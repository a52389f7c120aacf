import type { SignalName } from '../model/eviction.ts';
import type { SignalReport } from '../model/report.ts';
import type { EvictionSignals } from './eviction-signals.ts';

/** The rows of the report: one per signal and threshold, and one without threshold for a signal that nobody guards. */
export function toSignalReports(
  { signals, evictionHardSource }: EvictionSignals,
  secondsLeft: (signal: SignalName, threshold: number) => number | null = () => null,
): readonly SignalReport[] {
  return signals.flatMap<SignalReport>(({ signal, observed, capacity, thresholds }) => {
    const measured = { observed, capacity };
    if (thresholds.length === 0) {
      const none = { threshold: null, thresholdValue: null, headroom: null, secondsLeft: null };
      return [{ signal, kind: 'hard', ...none, source: evictionHardSource, ...measured }];
    }
    return thresholds.map(({ kind, text, value, source }) => ({
      signal,
      kind,
      threshold: text,
      thresholdValue: value,
      source,
      ...measured,
      headroom: observed === null || value === null ? null : observed - value,
      secondsLeft: value === null ? null : secondsLeft(signal, value),
    }));
  });
}

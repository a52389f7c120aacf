import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { SignalReport } from '../../lib/model/report.ts';
import { gauge } from './layout.ts';

/** Bytes for what is measured in bytes; inodes and PIDs as they are. */
export function formatSignal(signal: string, value: number | null): string {
  if (value === null) return '–';
  return /inodesFree|^pid\./.test(signal) ? String(Math.round(value)) : formatBytes(value);
}

function gaugeOf({ observed, capacity, thresholdValue }: SignalReport): string {
  if (observed === null || capacity === null || capacity <= 0) return '';
  return gauge(observed / capacity, thresholdValue === null ? undefined : thresholdValue / capacity);
}

function timeLeft({ secondsLeft }: SignalReport): string {
  if (secondsLeft === null) return '';
  return secondsLeft === 0 ? 'met' : `${formatDuration(secondsLeft * 1000)} left`;
}

function limitOf({ signal, threshold, thresholdValue, source }: SignalReport): string {
  if (threshold === null) return source.startsWith('unknown') ? 'not known' : 'unguarded';
  if (threshold === '0%' || threshold === '100%') return 'turned off';
  return `evicts < ${thresholdValue === null ? threshold : formatSignal(signal, thresholdValue)}`;
}

/** Why nobody knows is one reason for all signals, and a long one: said once. */
const isSaid = ({ source }: SignalReport, before: SignalReport | undefined) =>
  source.startsWith('unknown: ') && source === before?.source;

/** One row per signal and threshold: name, gauge, observed, limit, time left, source. */
export function signalRows(signals: readonly SignalReport[]): readonly (readonly string[])[] {
  return signals.map((row, index) => [
    row.kind === 'hard' ? row.signal : `${row.signal} (soft)`,
    gaugeOf(row),
    formatSignal(row.signal, row.observed),
    limitOf(row),
    row.threshold ?? '',
    timeLeft(row),
    isSaid(row, signals[index - 1]) ? 'as above' : row.source,
  ]);
}

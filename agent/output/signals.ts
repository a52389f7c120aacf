import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { SignalReport } from '../../lib/model/report.ts';
import { gauge } from './layout.ts';

/** What is said about a signal besides its numbers. */
export interface SignalWords {
  readonly met: string;
  readonly notKnown: string;
  readonly unguarded: string;
  readonly turnedOff: string;
  readonly soft: string;
  readonly asAbove: string;
  left(time: string): string;
  evicts(limit: string): string;
  source(text: string): string;
}

export const signalWords: SignalWords = {
  met: 'met',
  notKnown: 'not known',
  unguarded: 'unguarded',
  turnedOff: 'turned off',
  soft: 'soft',
  asAbove: 'as above',
  left: (time) => `${time} left`,
  evicts: (limit) => `evicts < ${limit}`,
  source: (text) => text,
};

/** Bytes for what is measured in bytes; inodes and PIDs as they are. */
export function formatSignal(signal: string, value: number | null): string {
  if (value === null) return '–';
  return /inodesFree|^pid\./.test(signal) ? String(Math.round(value)) : formatBytes(value);
}

function gaugeOf({ observed, capacity, thresholdValue }: SignalReport): string {
  if (observed === null || capacity === null || capacity <= 0) return '';
  return gauge(observed / capacity, thresholdValue === null ? undefined : thresholdValue / capacity);
}

function timeLeft({ secondsLeft }: SignalReport, words: SignalWords): string {
  if (secondsLeft === null) return '';
  return secondsLeft === 0 ? words.met : words.left(formatDuration(secondsLeft * 1000));
}

function limitOf({ signal, threshold, thresholdValue, source }: SignalReport, words: SignalWords): string {
  if (threshold === null) return source.startsWith('unknown') ? words.notKnown : words.unguarded;
  if (threshold === '0%' || threshold === '100%') return words.turnedOff;
  return words.evicts(thresholdValue === null ? threshold : formatSignal(signal, thresholdValue));
}

/** Why nobody knows is one reason for all signals, and a long one: said once. */
const isSaid = ({ source }: SignalReport, before: SignalReport | undefined) =>
  source.startsWith('unknown: ') && source === before?.source;

/** One row per signal and threshold: name, gauge, observed, limit, time left, source. */
export function signalRows(signals: readonly SignalReport[], words = signalWords): readonly (readonly string[])[] {
  return signals.map((row, index) => [
    row.kind === 'hard' ? row.signal : `${row.signal} (${words.soft})`,
    gaugeOf(row),
    formatSignal(row.signal, row.observed),
    limitOf(row, words),
    row.threshold ?? '',
    timeLeft(row, words),
    isSaid(row, signals[index - 1]) ? words.asAbove : words.source(row.source),
  ]);
}

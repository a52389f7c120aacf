import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { SignalReport } from '../../lib/model/report.ts';
import type { Page } from './doctor.ts';
import { align, gauge, utc, wrap } from './layout.ts';
import { painter, type Tone } from './paint.ts';
import { formatSignal } from './signals.ts';

/** A row of the report, with where it was measured. */
export interface ThresholdRow extends SignalReport {
  /** Path whose filesystem was measured, or the file that was read. */
  readonly at: string | null;
  /** Soft thresholds: how long they must stay met. */
  readonly graceSeconds: number | null;
}

/** `nodemend thresholds --json`. */
export interface ThresholdsReport {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'ThresholdsReport';
  readonly node: string;
  readonly time: string;
  readonly kubelet: { readonly version: string | null; readonly source: string };
  readonly signals: readonly ThresholdRow[];
  /** What is not certain, refused or lost, in sentences. */
  readonly notes: readonly string[];
}

/** A terminal narrower than this has no room for the gauge. */
const GAUGE_COLUMNS = 100;
const HEADER = ['signal', '', 'available', 'of', 'evicts below', 'headroom', 'time left'];
const NUMBERS = [2, 3, 5, 6];

function toneOf({ observed, thresholdValue, headroom, threshold }: SignalReport): Tone {
  if (threshold === null || observed === null) return 'faint';
  if (headroom === null || thresholdValue === null) return 'plain';
  if (headroom < 0) return 'bad';
  return headroom < thresholdValue / 5 ? 'warning' : 'plain';
}

function limitOf({ signal, threshold, thresholdValue, source }: SignalReport): string {
  if (threshold === null) return source.startsWith('unknown') ? 'not known' : 'unguarded';
  if (thresholdValue === null) return `${threshold} (off)`;
  return threshold.endsWith('%') ? `${threshold} (${formatSignal(signal, thresholdValue)})` : threshold;
}

function timeLeft(secondsLeft: number | null): string {
  if (secondsLeft === null) return '–';
  return secondsLeft === 0 ? 'met' : formatDuration(secondsLeft * 1000);
}

function cells(row: ThresholdRow, wide: boolean): string[] {
  const { signal, kind, observed, capacity, thresholdValue, headroom, secondsLeft, graceSeconds } = row;
  const shares = observed === null || capacity === null || capacity <= 0 ? undefined : { observed: observed / capacity };
  const mark = capacity === null || thresholdValue === null ? undefined : thresholdValue / capacity;
  const grace = graceSeconds === null ? '' : ` for ${formatDuration(graceSeconds * 1000)}`;
  return [
    kind === 'soft' ? `${signal} soft` : signal,
    wide && shares !== undefined ? gauge(shares.observed, mark) : '',
    formatSignal(signal, observed),
    formatSignal(signal, capacity),
    `${limitOf(row)}${grace}`,
    formatSignal(signal, headroom),
    timeLeft(secondsLeft),
  ].map((cell) => printable(cell));
}

/** Lines `text: a, b, c`, one per text, in the order of first appearance. */
function grouped(pairs: readonly (readonly [string, string])[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const [text, name] of pairs) groups.set(text, (groups.get(text) ?? new Set()).add(name));
  return [...groups].map(([text, names]) => `${printable(text)}: ${[...names].join(', ')}`);
}

/** Pure: the table, where each threshold comes from, where it was measured, and what is wrong with the settings. */
export function renderThresholds({ node, time, kubelet, signals, notes }: ThresholdsReport, page: Page): string {
  const paint = painter(page.color);
  const wide = page.columns >= GAUGE_COLUMNS;
  const table = [HEADER, ...signals.map((row) => cells(row, wide))];
  const shown = wide ? table : table.map((row) => row.filter((_, column) => column !== 1));
  const lines = align(shown, wide ? NUMBERS : NUMBERS.map((column) => column - 1));
  const body = lines.map((line, index) => {
    const row = signals[index - 1];
    return `  ${paint(row === undefined ? 'faint' : toneOf(row), line)}\n`;
  });

  const section = (title: string, texts: readonly string[]) =>
    texts.length === 0
      ? ''
      : `\n${paint('strong', title)}\n${texts.map((text) => `  ${wrap(text, page.columns, '    ')}\n`).join('')}`;
  const origins = grouped(
    signals.flatMap(({ source, signal, threshold }) => (threshold === null ? [] : [[source, signal] as const])),
  );
  const places = grouped(signals.flatMap(({ at, signal }) => (at === null ? [] : [[at, signal] as const])));
  const when = utc(time);
  const version = kubelet.version === null ? '' : ` ${kubelet.version}`;
  const title = `${paint('strong', 'Eviction signals')}  ${printable(node)}  kubelet${printable(version)} (${printable(kubelet.source)})  ${when}\n`;
  return `${title}\n${body.join('')}${section('Thresholds from', origins)}${section('Measured at', places)}${section(
    'Mind',
    notes.map((note) => printable(note, 2000)),
  )}`;
}

import { printable } from '../../lib/model/printable.ts';
import type { PlanRefusal, SignalChange } from '../../lib/tune/changes.ts';
import type { Mechanism, Rejected } from '../../lib/tune/node.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { formatSignal } from './signals.ts';

/** What became of --apply, --revert or --resume. */
export interface TuneOutcome {
  readonly asked: 'apply' | 'revert' | 'resume';
  readonly outcome: 'applied' | 'reverted' | 'nothing' | 'refused' | 'rolled-back' | 'stuck';
  readonly message: string;
  /** What was done, in order. */
  readonly steps: readonly { readonly seconds: number; readonly text: string }[];
}

/** `nodemend tune eviction --json`. */
export interface EvictionPlan {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'EvictionPlan';
  readonly node: string;
  readonly time: string;
  readonly kubelet: { readonly version: string; readonly source: string; readonly unit: string };
  readonly signals: readonly SignalChange[];
  /** null: refused, or nothing to change. */
  readonly write: {
    readonly mechanism: Mechanism;
    readonly path: string;
    readonly content: string;
    readonly diff: string;
    /** What systemd would run afterwards. */
    readonly commandLine: readonly string[];
  } | null;
  readonly refusals: readonly {
    readonly reason: PlanRefusal['reason'] | 'no-mechanism' | 'no-safe-threshold';
    readonly signal?: string;
    readonly message: string;
  }[];
  /** Mechanisms that would have been preferred, and why they are not for this node. */
  readonly rejected: readonly Pick<Rejected, 'mechanism' | 'why'>[];
  readonly arithmetic: readonly string[];
  readonly notes: readonly string[];
  /** Absent: it was only planned, and nothing was written. */
  readonly result?: TuneOutcome;
}

const HEADER = ['signal', 'available', 'of', 'before', 'after', ''];
const NUMBERS = [1, 2];

function threshold(signal: string, text: string | null, value: number | null): string {
  if (text === null) return 'unguarded';
  if (value === null) return text === '0%' || text === '100%' ? 'off' : text;
  return text.endsWith('%') ? `${text} (${formatSignal(signal, value)})` : text;
}

function cells({
  signal,
  kind,
  observed,
  capacity,
  before,
  after,
  beforeValue,
  afterValue,
  grace,
  effect,
}: SignalChange): string[] {
  const changed = threshold(signal, after, afterValue);
  return [
    kind === 'soft' ? `${signal} soft` : signal,
    formatSignal(signal, observed),
    formatSignal(signal, capacity),
    threshold(signal, before, beforeValue),
    grace === null ? changed : `${changed} for ${grace}`,
    effect === 'same' ? '' : effect,
  ].map((cell) => printable(cell));
}

const TONES: Readonly<Record<SignalChange['effect'], Tone>> = {
  same: 'faint',
  stronger: 'good',
  weaker: 'warning',
  unknown: 'warning',
};

function renderDiff(diff: string, paint: Paint): string {
  const tone = (line: string): Tone => {
    if (/^(---|\+\+\+|@@)/.test(line)) return 'strong';
    if (line.startsWith('+')) return 'good';
    return line.startsWith('-') ? 'bad' : 'plain';
  };
  return diff
    .split('\n')
    .map((line) => paint(tone(line), printable(line, 8000)))
    .join('\n');
}

/** Pure: every signal before and after, what would be written as a diff, or why nothing is. */
export function renderEvictionPlan(plan: EvictionPlan, page: Page, isApplied = false): string {
  const paint = painter(page.color);
  const [head = '', ...rows] = align([HEADER, ...plan.signals.map(cells)], NUMBERS);
  const table = rows.map((line, index) => `  ${paint(TONES[plan.signals[index]?.effect ?? 'same'], line)}\n`).join('');
  const section = (title: string, texts: readonly string[]) =>
    texts.length === 0
      ? ''
      : `\n${paint('strong', title)}\n${texts.map((text) => `  ${wrap(printable(text, 2000), page.columns, '    ')}\n`).join('')}`;
  const { version, source } = plan.kubelet;
  const title = `${paint('strong', 'Eviction thresholds')}  ${printable(plan.node)}  kubelet ${printable(version)} (${printable(source)})\n`;
  const rejected = plan.rejected.map(({ mechanism, why }) => `${mechanism}: ${why}`);
  const written =
    plan.write === null
      ? ''
      : `\n${paint('strong', `${isApplied ? 'To be written' : 'Would write'} (${plan.write.mechanism})`)}\n${renderDiff(plan.write.diff, paint)}`;
  const nothing = plan.write === null && plan.refusals.length === 0 ? '\nNothing to change: every signal is as wanted\n' : '';
  return `${title}\n  ${paint('faint', head)}\n${table}${section('Worked out', plan.arithmetic)}${section(
    'Refused',
    plan.refusals.map(({ message }) => message),
  )}${
    plan.write === null && plan.refusals.length === 0 ? '' : section('Not by', rejected)
  }${written}${nothing}${section('Mind', plan.notes)}${plan.write === null || isApplied ? '' : '\nNothing was written: --apply writes it\n'}`;
}

const WORDS: Readonly<Record<TuneOutcome['outcome'], readonly [Tone, string]>> = {
  applied: ['good', 'Applied'],
  reverted: ['good', 'Reverted'],
  nothing: ['plain', 'Nothing to do'],
  refused: ['warning', 'Refused, nothing was touched'],
  'rolled-back': ['bad', 'Rolled back'],
  stuck: ['bad', 'Not proved'],
};

/** One step while it is done. */
export const renderTuneStep = ({ seconds, text }: TuneOutcome['steps'][number], page: Page): string =>
  `  ${`${seconds.toFixed(1)}s`.padStart(7)}  ${wrap(printable(text, 600), page.columns, ' '.repeat(11))}\n`;

export function renderTuneOutcome({ outcome, message }: TuneOutcome, page: Page): string {
  const [tone, word] = WORDS[outcome];
  return `\n${painter(page.color)(tone, word)}: ${wrap(printable(message, 1000), page.columns, '  ')}\n`;
}

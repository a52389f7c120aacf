import { printable } from '../../lib/model/printable.ts';
import type { CheckReport, SignalReport } from '../../lib/model/report.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import type { Paint } from './paint.ts';
import { signalRows } from './signals.ts';
import { STATUS_TONE } from './tones.ts';
import { clip, padRight } from './width.ts';
import { english } from './words.ts';

const STATUS_ORDER = ['fail', 'warn', 'unknown', 'pass', 'skip'] as const;

/** One line each, for what is wrong stands above in full; what could not be judged says here why. */
export function renderChecks(checks: readonly CheckReport[], page: Page, paint: Paint): string {
  const { doctor } = page.words ?? english;
  const number = (status: CheckReport['status']) => checks.filter((check) => check.status === status).length;
  const counts = STATUS_ORDER.map((status) => `${number(status)} ${doctor.status[status]}`).join(', ');
  const width = Math.max(...checks.map(({ name }) => name.length), 0);
  const indent = ' '.repeat(width + 13);
  const inOrder = STATUS_ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const lines = inOrder.map((check) => {
    const status = paint(STATUS_TONE[check.status], padRight(doctor.status[check.status], 7));
    const said = printable(doctor.summary(check), 600);
    const summary = check.status === 'unknown' ? wrap(said, page.columns, indent) : clip(said, page.columns - indent.length - 1);
    return `  ${status}  ${check.name.padEnd(width)}  ${summary}\n`;
  });
  return `${paint('strong', doctor.checks(counts))}\n${lines.join('')}`;
}

/** A gauge and a threshold for each signal. */
export function renderSignals(signals: readonly SignalReport[], page: Page, paint: Paint): string {
  if (signals.length === 0) return '';
  const { doctor, signal } = page.words ?? english;
  const lines = align(signalRows(signals, signal), [2]).map((line) => `  ${line}\n`);
  return `${paint('strong', doctor.signals)}\n${lines.join('')}\n`;
}

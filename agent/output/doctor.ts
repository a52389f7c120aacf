import type { Measure } from '../../lib/model/finding.ts';
import { holdInWords } from '../../lib/model/guard.ts';
import { formatShare } from '../../lib/model/limit.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { CheckReport, DoctorReport, Health, NextRemedy, ProblemReport, SignalReport } from '../../lib/model/report.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import { align, gauge, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { signalRows } from './signals.ts';
import { largestLines } from './space.ts';

export interface Page {
  readonly columns: number;
  readonly color: boolean;
}

const HEALTH_TONE: Readonly<Record<Health, Tone>> = { Healthy: 'good', Degraded: 'warning', Critical: 'bad', Unknown: 'warning' };
const SEVERITY_TONE = { critical: 'bad', warning: 'warning', notice: 'faint' } as const;
const MOST_EVIDENCE = 4;
const MOST_LINES = 3;
const LABEL = 12;

function field(label: string, text: string, { columns }: Page, paint: Paint): string {
  const indent = ' '.repeat(LABEL + 2);
  return `  ${paint('faint', label.padEnd(LABEL))}${wrap(text, columns, indent)}\n`;
}

function nextLine(next: NextRemedy): string {
  const title = findRemedy(next.remedy)?.title ?? '';
  const held = next.blockedBy.length === 0 || next.holds !== undefined ? '' : `; held now by: ${next.blockedBy.join(', ')}`;
  return `${next.remedy} (${title}; disruption: ${next.disruption})${held}`;
}

function heading(problem: ProblemReport, at: number, paint: Paint): string {
  const name = `${problem.type}/${problem.reason}`;
  const subject = problem.subject === undefined ? '' : `  ${printable(problem.subject)}`;
  const age = at - Date.parse(problem.since);
  const standing = age >= 1000 ? `${problem.state} for ${formatDuration(age)}` : problem.state;
  return `${paint(SEVERITY_TONE[problem.severity], problem.severity.toUpperCase().padEnd(LABEL - 4))}  ${paint('strong', name)}${subject}  (${standing})\n`;
}

const UNIT: Readonly<Record<Measure['unit'], (value: number) => string>> = {
  bytes: formatBytes,
  ms: formatDuration,
  count: (value) => String(Number(value.toFixed(1))),
  ratio: (value) => formatShare(value, 1),
};

/** The number against its limit: `[##|.................]  459 MiB, limit 596 MiB, of 5.82 GiB`. */
function measureLine({ observed, limit, capacity, unit }: Measure, paint: Paint): string {
  const whole = Math.max(capacity ?? 0, observed, limit);
  if (!(whole > 0)) return '';
  const of = capacity === undefined || capacity === limit ? '' : `, of ${UNIT[unit](capacity)}`;
  const numbers = `${UNIT[unit](observed)}, limit ${UNIT[unit](limit)}${of}`;
  return `  ${paint('faint', ''.padEnd(LABEL))}${gauge(observed / whole, limit / whole)}  ${numbers}\n`;
}

function adviceLines(problem: ProblemReport, page: Page, paint: Paint): string[] {
  return problem.advice.flatMap(({ text, command }) => [
    field('do', printable(text), page, paint),
    ...(command === undefined ? [] : [`  ${' '.repeat(LABEL)}${paint('strong', `$ ${printable(command)}`)}\n`]),
  ]);
}

/** The first lines of a stack or a list of threads; the whole of it is in the JSON. */
function excerptOf(excerpt: string): string {
  const lines = excerpt.split('\n').filter((line) => line.trim() !== '');
  const more = lines.length > MOST_LINES ? ` … (${lines.length - MOST_LINES} more lines)` : '';
  return `${printable(lines.slice(0, MOST_LINES).join('; '), 400)}${more}`;
}

/** A long line that the message already quotes is not read twice. */
const evidenceLines = ({ message, evidence }: ProblemReport, page: Page, paint: Paint): string[] =>
  evidence.slice(0, MOST_EVIDENCE).map(({ from, excerpt }) => {
    const seen = excerpt.length > 80 && message.endsWith(excerpt) ? 'as said above' : excerptOf(excerpt);
    return field('seen', `${printable(from, 80)}: ${seen}`, page, paint);
  });

/** Another subject of the same problem: what was said after the one before it holds for this one, too. */
function isSame(problem: ProblemReport, before: ProblemReport | undefined): boolean {
  const words = ({ type, cause, next, advice }: ProblemReport) =>
    JSON.stringify({ type, cause, next, advice: cause === undefined ? advice : [] });
  return before !== undefined && words(problem) === words(before);
}

/** One filesystem may be short of two things: what fills it is listed once. */
const isSameDisk = ({ largest }: ProblemReport, before: ProblemReport | undefined): boolean =>
  before?.largest !== undefined && JSON.stringify(before.largest) === JSON.stringify(largest);

interface Shown {
  readonly page: Page;
  readonly at: number;
  readonly paint: Paint;
}

function renderProblem(problem: ProblemReport, before: ProblemReport | undefined, { page, at, paint }: Shown): string {
  const lines = [heading(problem, at, paint), `  ${wrap(printable(problem.message), page.columns, '  ')}\n`];
  if (problem.measure !== undefined) lines.push(measureLine(problem.measure, paint));
  if (problem.largest !== undefined && !isSameDisk(problem, before)) lines.push(...largestLines(problem.largest, page));
  if (isSame(problem, before))
    return [...lines, field(problem.cause === undefined ? 'do' : 'because of', 'as above', page, paint)].join('');
  if (problem.cause !== undefined) lines.push(field('because of', `${problem.cause}, above: repair that first`, page, paint));
  if (problem.next !== undefined) lines.push(field('agent would', nextLine(problem.next), page, paint));
  for (const hold of problem.next?.holds ?? []) lines.push(field('held by', printable(holdInWords(hold)), page, paint));
  if (problem.exhausted === true)
    lines.push(field('given up', `every remedy had its attempts; nodemend reset ${problem.type} forgives them`, page, paint));
  if (problem.cause === undefined) lines.push(...adviceLines(problem, page, paint));
  lines.push(...evidenceLines(problem, page, paint), field('more', `nodemend explain ${problem.type}`, page, paint));
  return lines.join('');
}

const STATUS_ORDER = ['fail', 'warn', 'unknown', 'pass', 'skip'] as const;
const STATUS_TONE = { fail: 'bad', warn: 'warning', unknown: 'warning', skip: 'faint', pass: 'good' } as const;

/** One line each, for what is wrong stands above in full; what could not be judged says here why. */
function renderChecks(checks: readonly CheckReport[], page: Page, paint: Paint): string {
  const counts = STATUS_ORDER.map((status) => `${checks.filter((check) => check.status === status).length} ${status}`).join(', ');
  const width = Math.max(...checks.map(({ name }) => name.length), 0);
  const indent = ' '.repeat(width + 13);
  const inOrder = STATUS_ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const lines = inOrder.map((check) => {
    const left = `  ${paint(STATUS_TONE[check.status], check.status.padEnd(7))}  ${check.name.padEnd(width)}  `;
    const summary =
      check.status === 'unknown'
        ? wrap(printable(check.summary, 600), page.columns, indent)
        : printable(check.summary, page.columns - indent.length - 1);
    return `${left}${summary}\n`;
  });
  return `${paint('strong', `Checks (${counts})`)}\n${lines.join('')}`;
}

function renderSignals(signals: readonly SignalReport[], paint: Paint): string {
  if (signals.length === 0) return '';
  const lines = align(signalRows(signals), [2]).map((line) => `  ${line}\n`);
  return `${paint('strong', 'Eviction signals')}\n${lines.join('')}\n`;
}

/** Health, node and time. */
export function renderTitle(report: DoctorReport, page: Page): string {
  const paint = painter(page.color);
  const when = report.time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  return `${paint(HEALTH_TONE[report.health], report.health)}  ${printable(report.node)}  ${when}  nodemend ${report.agentVersion}\n\n`;
}

/** What is wrong, cause before symptom; nothing else. */
export function renderProblems(report: DoctorReport, page: Page): string {
  const shown = { page, at: Date.parse(report.time), paint: painter(page.color) };
  const problems = report.problems.map((problem, index) => renderProblem(problem, report.problems[index - 1], shown));
  return `${renderTitle(report, page)}${problems.map((problem) => `${problem}\n`).join('')}`;
}

/** What is wrong first; then the signals, then every check. */
export function renderDoctor(report: DoctorReport, page: Page): string {
  const paint = painter(page.color);
  return `${renderProblems(report, page)}${renderSignals(report.signals, paint)}${renderChecks(report.checks, page, paint)}`;
}

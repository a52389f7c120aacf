import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { CheckReport, DoctorReport, Health, NextRemedy, ProblemReport, SignalReport } from '../../lib/model/report.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { signalRows } from './signals.ts';

export interface Page {
  readonly columns: number;
  readonly color: boolean;
}

const HEALTH_TONE: Readonly<Record<Health, Tone>> = { Healthy: 'good', Degraded: 'warning', Critical: 'bad', Unknown: 'warning' };
const SEVERITY_TONE = { critical: 'bad', warning: 'warning', notice: 'faint' } as const;
const MOST_EVIDENCE = 4;
const LABEL = 12;

function field(label: string, text: string, { columns }: Page, paint: Paint): string {
  const indent = ' '.repeat(LABEL + 2);
  return `  ${paint('faint', label.padEnd(LABEL))}${wrap(text, columns, indent)}\n`;
}

function nextLine(next: NextRemedy): string {
  const title = findRemedy(next.remedy)?.title ?? '';
  const held = next.blockedBy.length === 0 ? '' : `; held now by: ${next.blockedBy.join(', ')}`;
  return `${next.remedy} (${title}; disruption: ${next.disruption})${held}`;
}

function heading(problem: ProblemReport, at: number, paint: Paint): string {
  const name = `${problem.type}/${problem.reason}`;
  const subject = problem.subject === undefined ? '' : `  ${printable(problem.subject)}`;
  const age = at - Date.parse(problem.since);
  const standing = age >= 1000 ? `${problem.state} for ${formatDuration(age)}` : problem.state;
  return `${paint(SEVERITY_TONE[problem.severity], problem.severity.toUpperCase().padEnd(LABEL - 4))}  ${paint('strong', name)}${subject}  (${standing})\n`;
}

function renderProblem(problem: ProblemReport, page: Page, at: number, paint: Paint): string {
  const lines = [heading(problem, at, paint), `  ${wrap(printable(problem.message), page.columns, '  ')}\n`];
  if (problem.cause !== undefined) lines.push(field('because of', `${problem.cause}, above: repair that first`, page, paint));
  if (problem.next !== undefined) lines.push(field('agent would', nextLine(problem.next), page, paint));
  if (problem.cause === undefined) {
    for (const { text, command } of problem.advice) {
      lines.push(field('do', printable(text), page, paint));
      if (command !== undefined) lines.push(`  ${' '.repeat(LABEL)}${paint('strong', `$ ${printable(command)}`)}\n`);
    }
  }
  for (const { from, excerpt } of problem.evidence.slice(0, MOST_EVIDENCE)) {
    lines.push(field('seen', `${printable(from, 80)}: ${printable(excerpt, 400)}`, page, paint));
  }
  lines.push(field('more', `nodemend explain ${problem.type}`, page, paint));
  return lines.join('');
}

const STATUS_ORDER = ['fail', 'warn', 'unknown', 'pass', 'skip'] as const;
const STATUS_TONE = { fail: 'bad', warn: 'warning', unknown: 'warning', skip: 'faint', pass: 'good' } as const;
const isUneventful = (check: CheckReport) => check.status === 'pass' || check.status === 'skip';

/** What is not in order in full, the rest in one line each. */
function renderChecks(checks: readonly CheckReport[], page: Page, paint: Paint): string {
  const counts = STATUS_ORDER.map((status) => `${checks.filter((check) => check.status === status).length} ${status}`).join(', ');
  const width = Math.max(...checks.map(({ name }) => name.length), 0);
  const indent = ' '.repeat(width + 13);
  const inOrder = STATUS_ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const lines = inOrder.map((check) => {
    const left = `  ${paint(STATUS_TONE[check.status], check.status.padEnd(7))}  ${check.name.padEnd(width)}  `;
    const summary = isUneventful(check)
      ? printable(check.summary, page.columns - indent.length - 1)
      : wrap(printable(check.summary, 600), page.columns, indent);
    return `${left}${summary}\n`;
  });
  return `${paint('strong', `Checks (${counts})`)}\n${lines.join('')}`;
}

function renderSignals(signals: readonly SignalReport[], paint: Paint): string {
  if (signals.length === 0) return '';
  const lines = align(signalRows(signals), [2]).map((line) => `  ${line}\n`);
  return `${paint('strong', 'Eviction signals')}\n${lines.join('')}\n`;
}

/** What is wrong first, cause before symptom; then the signals, then every check. */
export function renderDoctor(report: DoctorReport, page: Page): string {
  const paint = painter(page.color);
  const at = Date.parse(report.time);
  const when = report.time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  const title = `${paint(HEALTH_TONE[report.health], report.health)}  ${printable(report.node)}  ${when}  nodemend ${report.agentVersion}\n\n`;
  const problems = report.problems.map((problem) => `${renderProblem(problem, page, at, paint)}\n`).join('');
  return `${title}${problems}${renderSignals(report.signals, paint)}${renderChecks(report.checks, page, paint)}`;
}

import type { Measure } from '../../lib/model/finding.ts';
import { holdInWords } from '../../lib/model/guard.ts';
import { formatShare } from '../../lib/model/limit.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { DoctorReport, ProblemReport } from '../../lib/model/report.ts';
import { gauge, utc, wrap } from './layout.ts';
import { renderChecks, renderSignals } from './overview.ts';
import { type Paint, painter } from './paint.ts';
import { largestLines } from './space.ts';
import { HEALTH_TONE, SEVERITY_TONE } from './tones.ts';
import { padRight } from './width.ts';
import { english, type Words } from './words.ts';

export interface Page {
  readonly columns: number;
  readonly color: boolean;
  /** In which language; absent: English. */
  readonly words?: Words;
}

const MOST_EVIDENCE = 4;
const MOST_LINES = 3;
const LABEL = 12;

interface Shown {
  readonly page: Page;
  readonly at: number;
  readonly paint: Paint;
  readonly words: Words;
}

function field(label: string, text: string, { columns }: Page, paint: Paint): string {
  const indent = ' '.repeat(LABEL + 2);
  return `  ${paint('faint', padRight(label, LABEL))}${wrap(text, columns, indent)}\n`;
}

function heading(problem: ProblemReport, { at, paint, words }: Shown): string {
  const name = `${problem.type}/${problem.reason}`;
  const subject = problem.subject === undefined ? '' : `  ${printable(problem.subject)}`;
  const age = at - Date.parse(problem.since);
  const standing = words.doctor.standing(problem.state, age >= 1000 ? formatDuration(age) : undefined);
  const severity = padRight(words.doctor.severity[problem.severity], LABEL - 4);
  return `${paint(SEVERITY_TONE[problem.severity], severity)}  ${paint('strong', name)}${subject}  (${standing})\n`;
}

const UNIT: Readonly<Record<Measure['unit'], (value: number) => string>> = {
  bytes: formatBytes,
  ms: formatDuration,
  count: (value) => String(Number(value.toFixed(1))),
  ratio: (value) => formatShare(value, 1),
};

/** The number against its limit: `[##|.................]  459 MiB, limit 596 MiB, of 5.82 GiB`. */
function measureLine({ observed, limit, capacity, unit }: Measure, { paint, words }: Shown): string {
  const whole = Math.max(capacity ?? 0, observed, limit);
  if (!(whole > 0)) return '';
  const of = capacity === undefined || capacity === limit ? undefined : UNIT[unit](capacity);
  const numbers = words.doctor.measure(UNIT[unit](observed), UNIT[unit](limit), of);
  return `  ${paint('faint', ''.padEnd(LABEL))}${gauge(observed / whole, limit / whole)}  ${numbers}\n`;
}

function adviceLines(problem: ProblemReport, { page, paint, words: { doctor } }: Shown): string[] {
  return problem.advice.flatMap(({ text, command }) => [
    field(doctor.label.advice, printable(doctor.advice(text)), page, paint),
    ...(command === undefined ? [] : [`  ${' '.repeat(LABEL)}${paint('strong', `$ ${printable(command)}`)}\n`]),
  ]);
}

/** The first lines of a stack or a list of threads; the whole of it is in the JSON. */
function excerptOf(excerpt: string, { words }: Shown): string {
  const lines = excerpt.split('\n').filter((line) => line.trim() !== '');
  const more = lines.length > MOST_LINES ? words.doctor.moreLines(lines.length - MOST_LINES) : '';
  return `${printable(lines.slice(0, MOST_LINES).join('; '), 400)}${more}`;
}

/** A long line that the message already quotes is not read twice. */
const evidenceLines = ({ message, evidence }: ProblemReport, shown: Shown): string[] =>
  evidence.slice(0, MOST_EVIDENCE).map(({ from, excerpt }) => {
    const { page, paint, words } = shown;
    const isQuoted = excerpt.length > 80 && message.endsWith(excerpt);
    const seen = isQuoted ? words.doctor.saidAbove : excerptOf(excerpt, shown);
    return field(words.doctor.label.evidence, `${printable(from, 80)}: ${seen}`, page, paint);
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

function renderProblem(problem: ProblemReport, before: ProblemReport | undefined, shown: Shown): string {
  const { page, paint, words } = shown;
  const { label, ...say } = words.doctor;
  const lines = [heading(problem, shown), `  ${wrap(printable(say.message(problem)), page.columns, '  ')}\n`];
  if (problem.measure !== undefined) lines.push(measureLine(problem.measure, shown));
  if (problem.largest !== undefined && !isSameDisk(problem, before)) lines.push(...largestLines(problem.largest, page));
  if (isSame(problem, before))
    return [...lines, field(problem.cause === undefined ? label.asBefore : label.cause, say.asAbove, page, paint)].join('');
  if (problem.cause !== undefined) lines.push(field(label.cause, say.cause(problem.cause), page, paint));
  if (problem.next !== undefined) lines.push(field(label.next, say.next(problem.next), page, paint));
  for (const hold of problem.next?.holds ?? [])
    lines.push(field(label.held, printable(say.hold(holdInWords(hold))), page, paint));
  if (problem.exhausted === true) lines.push(field(label.givenUp, say.givenUp(problem.type), page, paint));
  if (problem.cause === undefined) lines.push(...adviceLines(problem, shown));
  lines.push(...evidenceLines(problem, shown), field(label.more, `nodemend explain ${problem.type}`, page, paint));
  return lines.join('');
}

/** Health, node and time. */
export function renderTitle(report: DoctorReport, page: Page): string {
  const paint = painter(page.color);
  const health = (page.words ?? english).doctor.health[report.health];
  const when = utc(report.time);
  return `${paint(HEALTH_TONE[report.health], health)}  ${printable(report.node)}  ${when}  nodemend ${report.agentVersion}\n\n`;
}

/** What is wrong, cause before symptom; nothing else. */
export function renderProblems(report: DoctorReport, page: Page): string {
  const shown = { page, at: Date.parse(report.time), paint: painter(page.color), words: page.words ?? english };
  const problems = report.problems.map((problem, index) => renderProblem(problem, report.problems[index - 1], shown));
  return `${renderTitle(report, page)}${problems.map((problem) => `${problem}\n`).join('')}`;
}

/** What is wrong first; then the signals, then every check. */
export function renderDoctor(report: DoctorReport, page: Page): string {
  const paint = painter(page.color);
  return `${renderProblems(report, page)}${renderSignals(report.signals, page, paint)}${renderChecks(report.checks, page, paint)}`;
}

import { holdInWords } from '../../lib/model/guard.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { CheckState, LastRemedy, ProblemState, Snapshot } from '../../lib/model/snapshot.ts';
import type { Duration, Instant } from '../../lib/model/units.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { HEALTH_TONE, SEVERITY_TONE, STATUS_TONE } from './tones.ts';

/** What a status file says of its writer. `why`: sentence fragment, when it cannot be taken at its word. */
export interface Standing {
  readonly running: boolean;
  readonly age: Duration;
  readonly why?: string;
}

const LABEL = 13;
const STATUS_ORDER = ['fail', 'warn', 'unknown', 'pass', 'skip'];

interface Shown {
  readonly page: Page;
  readonly paint: Paint;
  readonly now: Instant;
}

const agoOf = (time: string, now: Instant) => `${formatDuration(Math.max(0, now - Date.parse(time)))} ago`;

function field(label: string, text: string, { page, paint }: Shown, tone: Tone = 'plain'): string {
  const body = wrap(printable(text), page.columns, ' '.repeat(LABEL + 2));
  return `  ${paint('faint', label.padEnd(LABEL))}${paint(tone, body)}\n`;
}

function configurationLine({ configuration }: Snapshot, shown: Shown): string {
  if (configuration === undefined) return '';
  const { state, at, why = '', restartFor } = configuration;
  if (state === 'rejected') {
    const text = `rejected ${agoOf(at, shown.now)}, the one before still holds: ${why}; nodemend config check`;
    return field('config', text, shown, 'bad');
  }
  if (restartFor.length === 0) return '';
  return field(
    'configuration',
    `${restartFor.join(', ')} changed: takes effect with systemctl restart nodemend`,
    shown,
    'warning',
  );
}

const howToResume = (reason: string, node: string) =>
  reason.startsWith('annotation ') ? `kubectl annotate node ${node} nodemend.io/pause-` : 'nodemend resume';

function agentLines(snapshot: Snapshot, { running, age, why }: Standing, shown: Shown): string {
  const { process, mode, paused, node } = snapshot;
  const { pid, startedAt, cpuSeconds, anonymousBytes, residentBytes } = process;
  const memory =
    anonymousBytes === null ? `${formatBytes(residentBytes)} resident` : `${formatBytes(anonymousBytes)} of its own memory`;
  const state = running
    ? `process ${pid}, started ${agoOf(startedAt, shown.now)}, ${memory}, ${cpuSeconds.toFixed(1)}s of CPU`
    : 'not running';
  const until = paused?.until === undefined ? '' : ` until ${paused.until}`;
  return [
    field('agent', state, shown, running ? 'plain' : 'bad'),
    why === undefined ? '' : field('', why, shown, 'warning'),
    field('said', `${formatDuration(Math.max(0, age))} ago`, shown),
    field('mode', mode, shown),
    configurationLine(snapshot, shown),
    paused === null
      ? ''
      : field('paused', `${paused.reason || 'by a person'}${until}; ${howToResume(paused.reason, node)}`, shown, 'warning'),
  ].join('');
}

function problemLines(problem: ProblemState, shown: Shown): string {
  const { type, reason, subject, severity, state, since, next, holds, exhausted, cause, localRungToCome } = problem;
  const { paint } = shown;
  const about = subject === undefined ? '' : `  ${printable(subject)}`;
  const title = `${paint(SEVERITY_TONE[severity], severity.toUpperCase())}  ${paint('strong', printable(`${type}/${reason}`))}${about}`;
  const waits = cause === undefined && next === undefined && !exhausted && !localRungToCome;
  return [
    `${title}  (${state}, since ${agoOf(since, shown.now).replace(/ ago$/, '')})\n`,
    `  ${wrap(printable(problem.message), shown.page.columns, '  ')}\n`,
    cause === undefined ? '' : field('because of', cause, shown),
    next === undefined ? '' : field('next', `${next.remedy} (disruption: ${next.disruption})`, shown),
    ...holds.map((hold) => field('held by', holdInWords(hold), shown)),
    exhausted ? field('given up', `every remedy was tried; nodemend reset ${type} lets it begin anew`, shown, 'bad') : '',
    waits ? field('next', 'nothing by itself; nodemend doctor says what to do', shown) : '',
    '\n',
  ].join('');
}

function remedyLine({ remedy, outcome, problem, at, message }: LastRemedy, shown: Shown): string {
  const words = `${remedy} for ${problem}: ${outcome ?? 'running'}, ${agoOf(at, shown.now)}${message === '' ? '' : `; ${message}`}`;
  return `${field('last remedy', words, shown)}\n`;
}

function checkLines(checks: readonly CheckState[], { page, paint, now }: Shown): string {
  const sorted = checks.toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status));
  const rows = sorted.map(({ name, status, lastRun }) => [status, name, lastRun === null ? 'never' : agoOf(lastRun, now)]);
  const lines = align(rows, [2]).map((line, index) => {
    const { status, summary } = sorted[index] ?? { status: 'unknown', summary: '' };
    const room = Math.max(20, page.columns - line.length - 5);
    return `  ${line.replace(status, () => paint(STATUS_TONE[status], status))}  ${printable(summary, room)}\n`;
  });
  return `${paint('strong', 'Checks, and when each last ran')}\n${lines.join('')}`;
}

/** What the running agent thinks, as a person reads it. */
export function renderStatus(snapshot: Snapshot, standing: Standing, page: Page & { readonly now: Instant }): string {
  const paint = painter(page.color);
  const shown = { page, paint, now: page.now };
  const { health, node, agentVersion, problems, lastRemedy, checks } = snapshot;
  const title = standing.why === undefined ? health : `Unknown (it last said ${health})`;
  const tone = standing.why === undefined ? HEALTH_TONE[health] : 'warning';
  return [
    `${paint(tone, title)}  ${printable(node)}  nodemend ${printable(agentVersion)}\n`,
    agentLines(snapshot, standing, shown),
    '\n',
    ...problems.map((problem) => problemLines(problem, shown)),
    lastRemedy === null ? '' : remedyLine(lastRemedy, shown),
    checkLines(checks, shown),
  ].join('');
}

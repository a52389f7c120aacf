import { holdInWords } from '../../lib/model/guard.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { CheckState, LastRemedy, ProblemState, Snapshot } from '../../lib/model/snapshot.ts';
import type { Duration, Instant } from '../../lib/model/units.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { HEALTH_TONE, SEVERITY_TONE, STATUS_TONE } from './tones.ts';
import { clip, displayWidth, padRight } from './width.ts';
import { english, type Words } from './words.ts';

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
  readonly words: Words;
}

const spanSince = (time: string, now: Instant) => formatDuration(Math.max(0, now - Date.parse(time)));
const agoOf = (time: string, { now, words }: Shown) => words.status.ago(spanSince(time, now));

function field(label: string, text: string, { page, paint }: Shown, tone: Tone = 'plain'): string {
  const body = wrap(printable(text), page.columns, ' '.repeat(LABEL + 2));
  return `  ${paint('faint', padRight(label, LABEL))}${paint(tone, body)}\n`;
}

function configurationLine({ configuration }: Snapshot, shown: Shown): string {
  if (configuration === undefined) return '';
  const { state, at, why = '', restartFor } = configuration;
  const { label, rejected, restartFor: restart } = shown.words.status;
  if (state === 'rejected') return field(label.config, rejected(agoOf(at, shown), why), shown, 'bad');
  return restartFor.length === 0 ? '' : field(label.configuration, restart(restartFor.join(', ')), shown, 'warning');
}

const howToResume = (reason: string, node: string) =>
  reason.startsWith('annotation ') ? `kubectl annotate node ${node} nodemend.io/pause-` : 'nodemend resume';

function pausedLine({ paused, node }: Snapshot, shown: Shown): string {
  if (paused === null) return '';
  const { label, byPerson, paused: words } = shown.words.status;
  const text = words(paused.reason || byPerson, paused.until, howToResume(paused.reason, node));
  return field(label.paused, text, shown, 'warning');
}

function agentLines(snapshot: Snapshot, { running, age, why }: Standing, shown: Shown): string {
  const { pid, startedAt, cpuSeconds, anonymousBytes, residentBytes } = snapshot.process;
  const words = shown.words.status;
  const memory =
    anonymousBytes === null ? words.residentMemory(formatBytes(residentBytes)) : words.ownMemory(formatBytes(anonymousBytes));
  const state = running
    ? words.process({ pid, started: agoOf(startedAt, shown), memory, cpu: cpuSeconds.toFixed(1) })
    : words.notRunning;
  return [
    field(words.label.agent, state, shown, running ? 'plain' : 'bad'),
    why === undefined ? '' : field('', words.doubt(why), shown, 'warning'),
    field(words.label.said, words.ago(formatDuration(Math.max(0, age))), shown),
    field(words.label.mode, snapshot.mode, shown),
    configurationLine(snapshot, shown),
    pausedLine(snapshot, shown),
  ].join('');
}

function problemLines(problem: ProblemState, shown: Shown): string {
  const { type, reason, subject, severity, state, since, next, holds, exhausted, cause, localRungToCome } = problem;
  const { paint, words, page, now } = shown;
  const { label, ...say } = words.status;
  const about = subject === undefined ? '' : `  ${printable(subject)}`;
  const title = `${paint(SEVERITY_TONE[severity], words.doctor.severity[severity])}  ${paint('strong', printable(`${type}/${reason}`))}${about}`;
  const waits = cause === undefined && next === undefined && !exhausted && !localRungToCome;
  return [
    `${title}  (${say.standing(state, spanSince(since, now))})\n`,
    `  ${wrap(printable(words.doctor.message(problem)), page.columns, '  ')}\n`,
    cause === undefined ? '' : field(label.cause, cause, shown),
    next === undefined ? '' : field(label.next, say.next(next.remedy, next.disruption), shown),
    ...holds.map((hold) => field(label.held, words.doctor.hold(holdInWords(hold)), shown)),
    exhausted ? field(label.givenUp, say.givenUp(type), shown, 'bad') : '',
    waits ? field(label.next, say.nothingNext, shown) : '',
    '\n',
  ].join('');
}

function remedyLine({ remedy, outcome, problem, at, message }: LastRemedy, shown: Shown): string {
  const { label, lastRemedy } = shown.words.status;
  const text = lastRemedy({ remedy, problem, outcome: outcome ?? 'running', ago: agoOf(at, shown), message });
  return `${field(label.lastRemedy, text, shown)}\n`;
}

function checkLines(checks: readonly CheckState[], shown: Shown): string {
  const { page, paint, words } = shown;
  const sorted = checks.toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status));
  const wordOf = ({ status }: CheckState) => words.doctor.status[status];
  const ranOf = ({ lastRun }: CheckState) => (lastRun === null ? words.status.never : agoOf(lastRun, shown));
  const lines = align(
    sorted.map((check) => [wordOf(check), check.name, ranOf(check)]),
    [2],
  );
  const rows = sorted.map((check, index) => {
    const line = lines[index] ?? '';
    const room = Math.max(20, page.columns - displayWidth(line) - 5);
    const status = line.replace(wordOf(check), (word) => paint(STATUS_TONE[check.status], word));
    return `  ${status}  ${clip(printable(words.doctor.summary(check)), room)}\n`;
  });
  return `${paint('strong', words.status.checks)}\n${rows.join('')}`;
}

/** What the running agent thinks, as a person reads it. */
export function renderStatus(snapshot: Snapshot, standing: Standing, page: Page & { readonly now: Instant }): string {
  const paint = painter(page.color);
  const words = page.words ?? english;
  const shown = { page, paint, now: page.now, words };
  const { health, node, agentVersion, problems, lastRemedy, checks } = snapshot;
  const title = standing.why === undefined ? words.doctor.health[health] : words.status.lastSaid(health);
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

import type { LedgerEntry } from '../../lib/model/incident.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { between, type Incident, type PastAction } from '../../lib/policy/history.ts';
import type { Page } from './doctor.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';

/** `nodemend incidents` as a whole. */
export interface IncidentsPage {
  readonly incidents: readonly Incident[];
  /** What could not be read, in sentences. */
  readonly notes: readonly string[];
}

const INDENT = '  ';
const HEADER = ['incident', 'when', 'what', 'done', 'outcome', 'lasted'];

/** Wall clock to the second, always UTC: nodes of one cluster are compared. */
export const when = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().replace('T', ' ').slice(0, 19);
};

const describe = ({ type, reason, subject }: Incident) =>
  printable(`${type}/${reason}${subject === undefined ? '' : ` ${subject}`}`, 60);

function doneOf({ actions }: Incident): string {
  return actions.length === 0 ? 'nothing' : actions.map(({ remedy }) => printable(remedy, 30)).join(', ');
}

/** How it stands, or ended. */
export function outcomeOf({ closedAt, healedBy = '', exhausted, guards, actions }: Incident): string {
  if (closedAt !== undefined) return `healed by ${printable(healedBy, 30)}`;
  if (exhausted) return 'given up';
  if (actions.length > 0 && actions.at(-1)?.outcome === undefined) return 'under repair';
  if (guards.length > 0) return `held: ${guards.map((guard) => printable(guard, 20)).join(', ')}`;
  return 'open';
}

function toneOf({ closedAt, exhausted, severity }: Incident): Tone {
  if (closedAt !== undefined) return 'plain';
  return exhausted || severity === 'critical' ? 'bad' : 'warning';
}

/** Pure: one row per incident, the newest last, where the eye is. */
export function renderIncidents({ incidents, notes }: IncidentsPage, page: Page): string {
  const paint = painter(page.color);
  const rows = incidents.map((incident) => [
    incident.id,
    when(incident.openedAt).slice(0, 16),
    printable(`${incident.reason}${incident.subject === undefined ? '' : ` ${incident.subject}`}`, 50),
    doneOf(incident),
    outcomeOf(incident),
    incident.closedAt === undefined ? '–' : formatDuration(incident.lasted),
  ]);
  const lines = align([HEADER, ...rows], [5]);
  const table = lines.map((line, index) => {
    const incident = incidents[index - 1];
    return `${INDENT}${paint(incident === undefined ? 'faint' : toneOf(incident), line)}\n`;
  });
  const body = incidents.length === 0 ? 'No incident in the ledger of this node.\n' : table.join('');
  const more = incidents.length === 0 ? '' : '\n`nodemend incidents ID` shows one with its evidence. Times are UTC.\n';
  return `${body}${notes.map((note) => `\n${wrap(printable(note), page.columns, '')}\n`).join('')}${more}`;
}

/** Each step of a plan in its own words. */
export function stepWords(plan: readonly object[]): readonly string[] {
  return plan.map((step) =>
    Object.values(step)
      .filter((value) => typeof value === 'string')
      .join(' '),
  );
}

function stepsOf(plan: readonly object[]): string {
  const words = stepWords(plan);
  return words.length === 0 ? '' : `: ${words.join('; ')}`;
}

/** `said`: the problem in its own words, as it stands above already. */
export function sentence(entry: LedgerEntry, said: string): string {
  switch (entry.kind) {
    case 'opened':
      return `found ${entry.reason} (${entry.severity}): ${entry.message}`;
    case 'changed':
      return `${entry.state}, ${entry.reason} (${entry.severity})${entry.message === said ? '' : `: ${entry.message}`}`;
    case 'intent':
      return `${entry.by} runs ${entry.remedy} (rung ${entry.rung + 1}, disruption: ${entry.disruption})${stepsOf(entry.plan)}`;
    case 'outcome':
      return `${entry.remedy} ${entry.outcome}: ${entry.message}`;
    case 'guards':
      return entry.guards.length === 0
        ? `nothing holds ${entry.remedy}`
        : `${entry.remedy} is held by ${entry.guards.join(', ')}`;
    case 'would':
      return `${entry.remedy} would run now, were it not for mode: observe (disruption: ${entry.disruption}); ${entry.message}`;
    case 'exhausted':
      return `given up after ${entry.tried.join(', ')}`;
    case 'reset':
      return `reset by ${entry.by}`;
    case 'closed':
      return `over, healed by ${entry.healedBy}`;
  }
}

const entryTone = (entry: LedgerEntry): Tone => {
  if (entry.kind === 'exhausted') return 'bad';
  if (entry.kind === 'outcome') return entry.outcome === 'succeeded' ? 'good' : 'warning';
  return entry.kind === 'closed' ? 'good' : 'plain';
};

/** What was last said of the problem before this entry. */
export function saidBefore(entries: readonly LedgerEntry[], index: number): string {
  const before = entries.slice(0, index).findLast(({ kind }) => kind === 'opened' || kind === 'changed');
  return before?.kind === 'opened' || before?.kind === 'changed' ? before.message : '';
}

function timeline({ entries }: Incident, page: Page, paint: Paint): string {
  const [first] = entries;
  const stamps = entries.map((entry) => [
    when(entry.at),
    first === undefined || entry === first ? '' : `+${formatDuration(between(first, entry))}`,
  ]);
  const indent = ' '.repeat(Math.max(0, ...align(stamps, [1]).map((line) => line.length)) + INDENT.length + 2);
  return align(stamps, [1])
    .map((stamp, index) => {
      const entry = entries[index];
      if (entry === undefined) return '';
      const text = wrap(printable(sentence(entry, saidBefore(entries, index))), page.columns, indent);
      return `${INDENT}${stamp.padEnd(indent.length - INDENT.length)}${paint(entryTone(entry), text)}\n`;
    })
    .join('');
}

function evidence({ entries }: Incident, page: Page, paint: Paint): string {
  const excerpts = entries.flatMap((entry) => (entry.kind === 'opened' ? entry.evidence : []));
  if (excerpts.length === 0) return '';
  const blocks = excerpts.map(({ from, excerpt }) => {
    const lines = excerpt.split('\n').map((line) => `${INDENT}  ${printable(line, page.columns * 4)}\n`);
    return `${INDENT}${paint('faint', printable(from, 200))}\n${lines.join('')}`;
  });
  return `\n${paint('strong', 'Evidence')}\n${blocks.join('')}`;
}

function summary(action: PastAction): string {
  const { remedy, outcome = 'no outcome known', took } = action;
  return `${remedy} ${outcome}${took === undefined ? '' : ` in ${formatDuration(took)}`}`;
}

/** Pure: one incident from its first sign to its end. `files`: evidence that was kept beside the ledger. */
export function renderIncident(incident: Incident, files: readonly string[], page: Page): string {
  const paint = painter(page.color);
  const done = incident.actions.map(summary).join(', ');
  const state =
    incident.closedAt === undefined ? outcomeOf(incident) : `${outcomeOf(incident)} after ${formatDuration(incident.lasted)}`;
  const kept = files.map((file) => `${INDENT}${printable(file, 400)}\n`).join('');
  return [
    `${paint('strong', `Incident ${incident.id}`)}  ${describe(incident)}\n`,
    `${paint(toneOf(incident), printable(`${state}${done === '' ? '' : `; ${done}`}`))}\n\n`,
    timeline(incident, page, paint),
    evidence(incident, page, paint),
    kept === '' ? '' : `\n${paint('strong', 'Files')}\n${kept}`,
  ].join('');
}

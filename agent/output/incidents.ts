import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { Incident } from '../../lib/policy/history.ts';
import type { Page } from './doctor.ts';
import { outcomeOf, toneOf, when } from './incident-words.ts';
import { align, wrap } from './layout.ts';
import { painter } from './paint.ts';

/** `nodemend incidents` as a whole. */
export interface IncidentsPage {
  readonly incidents: readonly Incident[];
  /** What could not be read, in sentences. */
  readonly notes: readonly string[];
}

const INDENT = '  ';
const HEADER = ['incident', 'when', 'what', 'done', 'outcome', 'lasted'];

function doneOf({ actions }: Incident): string {
  const done = actions
    .filter(({ outcome, untouched }) => outcome !== 'refused' && untouched !== true)
    .map(({ remedy }) => printable(remedy, 30));
  return done.length === 0 ? 'nothing' : done.join(', ');
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

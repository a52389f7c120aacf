import type { LedgerEntry } from '../../lib/model/incident.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { between, type Incident, type PastAction } from '../../lib/policy/history.ts';
import type { Page } from './doctor.ts';
import { outcomeOf, saidBefore, sentence, toneOf, when } from './incident-words.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';

const INDENT = '  ';

const describe = ({ type, reason, subject }: Incident) =>
  printable(`${type}/${reason}${subject === undefined ? '' : ` ${subject}`}`, 60);

const entryTone = (entry: LedgerEntry): Tone => {
  if (entry.kind === 'exhausted') return 'bad';
  if (entry.kind === 'outcome') return entry.outcome === 'succeeded' ? 'good' : 'warning';
  return entry.kind === 'closed' ? 'good' : 'plain';
};

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

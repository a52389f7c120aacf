import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { Duration } from '../../lib/model/units.ts';
import { healedByItself, median, type WhatIf, type WhatIfPage } from '../../lib/policy/what-if.ts';
import type { Page } from './doctor.ts';
import { when } from './incident-words.ts';
import { jsonSeconds, jsonTime } from './json-values.ts';
import { align, wrap } from './layout.ts';
import { painter } from './paint.ts';

/** `nodemend status --what-if`: the page, and what could not be read. */
export interface WhatIfView extends WhatIfPage {
  readonly mode: 'remedy' | 'observe';
  readonly notes: readonly string[];
}

const INDENT = '  ';
const INCIDENTS = (count: number) => `${count} incident${count === 1 ? '' : 's'}`;
const HEADER = ['incident', 'when', 'problem', 'remedy', 'after', 'over'];

const span = (duration: Duration | undefined) => (duration === undefined ? '–' : formatDuration(duration));

function overOf(one: WhatIf): string {
  const { closedAt, healedBy = '' } = one.incident;
  if (closedAt === undefined) return 'still open';
  return `by ${printable(healedBy, 30)}${one.overAfter === undefined ? '' : ` ${span(one.overAfter)} later`}`;
}

function remedyOf({ verdict, remedy = '', disruption, guards }: WhatIf): string {
  switch (verdict) {
    case 'did':
      return `${remedy} ran`;
    case 'would':
      return `${remedy} would run (${disruption})`;
    case 'held':
      return `${remedy} held: ${guards.join(', ')}`;
    case 'none':
      return 'none';
  }
}

function times(incidents: readonly WhatIf[], label: (one: WhatIf) => readonly string[]): string {
  const counts = new Map<string, number>();
  for (const key of incidents.flatMap(label)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([key, count]) => `${printable(key, 40)} ${count}×`)
    .join(', ');
}

function summaryLines({ incidents, mode }: WhatIfView): readonly string[] {
  const of = (verdict: WhatIf['verdict']) => incidents.filter((one) => one.verdict === verdict);
  const [did, would, held, none] = [of('did'), of('would'), of('held'), of('none')];
  const healed = would.filter(healedByItself);
  const after = median(healed.flatMap(({ overAfter }) => overAfter ?? []));
  const alone = healed.length === 0 ? '' : `; ${healed.length} of them healed by itself, half of those within ${span(after)}`;
  return [
    ...(would.length === 0 && mode === 'remedy'
      ? []
      : [
          `would have been repaired: ${INCIDENTS(would.length)}${would.length === 0 ? '' : ` (${times(would, ({ remedy = '' }) => [remedy])})`}${alone}`,
        ]),
    ...(did.length === 0 ? [] : [`were repaired: ${INCIDENTS(did.length)} (${times(did, ({ remedy = '' }) => [remedy])})`]),
    ...(held.length === 0
      ? []
      : [`held by guards all the time: ${INCIDENTS(held.length)} (${times(held, ({ guards }) => guards)})`]),
    ...(none.length === 0
      ? []
      : [
          `without a remedy that is switched on: ${INCIDENTS(none.length)} (${times(none, ({ incident }) => [incident.reason])})`,
        ]),
  ];
}

/** Pure: the sums first, then every incident with the evidence a remedy would have acted on. */
export function renderWhatIf(view: WhatIfView, page: Page): string {
  const { from, to, reachesBack, incidents, mode, notes } = view;
  const paint = painter(page.color);
  const title = `What remedy mode would have done since ${when(from).slice(0, 16)} UTC (mode now: ${mode})\n`;
  const short = reachesBack === undefined || reachesBack > from + 60_000;
  const reach = reachesBack === undefined ? 'The ledger is empty.' : `The ledger begins ${when(reachesBack).slice(0, 16)} UTC.`;
  const rows = incidents.map((one) => [
    one.incident.id,
    when(one.incident.openedAt).slice(0, 16),
    printable(`${one.incident.reason}${one.incident.subject === undefined ? '' : ` ${one.incident.subject}`}`, 40),
    remedyOf(one),
    span(one.after),
    overOf(one),
  ]);
  const lines = align([HEADER, ...rows], []).map((line, index) => {
    const one = incidents[index - 1];
    const seen =
      one === undefined ? '' : `${INDENT}    ${paint('faint', wrap(printable(one.message), page.columns, `${INDENT}    `))}\n`;
    return `${INDENT}${index === 0 ? paint('faint', line) : line}\n${seen}`;
  });
  return [
    paint('strong', title),
    ...notes.map((note) => `${printable(note)}\n`),
    short ? `${reach}\n` : '',
    incidents.length === 0 ? `No incident in ${formatDuration(to - from)}.\n` : '',
    ...summaryLines(view).map((line) => `${INDENT}${wrap(line, page.columns, `${INDENT}  `)}\n`),
    incidents.length === 0 ? '' : `\n${lines.join('')}\n\`nodemend incidents ID\` shows one in full.\n`,
  ].join('');
}

/** `nodemend status --what-if DURATION --json`. */
export function whatIfJson({ from, to, reachesBack, incidents, mode, notes }: WhatIfView) {
  return {
    apiVersion: 'nodemend.io/v1',
    kind: 'WhatIf',
    mode,
    from: jsonTime(from),
    to: jsonTime(to),
    ledgerBegins: jsonTime(reachesBack),
    notes,
    incidents: incidents.map(({ incident, verdict, remedy, disruption, message, after, guards, overAfter }) => ({
      id: incident.id,
      type: incident.type,
      reason: incident.reason,
      subject: incident.subject ?? null,
      severity: incident.severity,
      openedAt: jsonTime(incident.openedAt),
      verdict,
      remedy: remedy ?? null,
      disruption: disruption ?? null,
      evidence: message,
      afterSeconds: jsonSeconds(after),
      heldBy: guards,
      healedBy: incident.healedBy ?? null,
      overAfterSeconds: jsonSeconds(overAfter),
    })),
  };
}

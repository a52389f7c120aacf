import type { FleetNode } from '../../lib/fleet/fleet-node.ts';
import { STALE } from '../../lib/fleet/read-node.ts';
import { type Totals, totalsOf } from '../../lib/fleet/totals.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { COLUMNS, type Column, cut, whatOf } from './fleet-columns.ts';
import { align, wrap } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { HEALTH_TONE } from './tones.ts';

export interface FleetPage {
  readonly columns: number;
  readonly color: boolean;
  /** A line is cut where the terminal ends; a pipe gets all of it. */
  readonly interactive: boolean;
  /** Lines there are for all of it; absent: as many as it takes. */
  readonly rows?: number | undefined;
}

export interface Fleet {
  /** Those that are shown, in their order. */
  readonly nodes: readonly FleetNode[];
  /** How many were asked about before a filter left some out. */
  readonly of: number;
}

const INDENT = '  ';
/** Less than this of what is wrong helps nobody: then other columns go. */
const LEAST_WHAT = 30;
const LONGEST_CELL = 48;
const MOST_PROBLEMS = 4;

const thousands = (count: number) => count.toLocaleString('en');

/** A pipe gets a name as long as it is. */
const cellOf = ({ cell }: Column, node: FleetNode, { interactive }: FleetPage) =>
  interactive ? cut(cell(node), LONGEST_CELL) : cell(node);

const widthOf = (column: Column, nodes: readonly FleetNode[], page: FleetPage) =>
  nodes.reduce((most, node) => Math.max(most, cellOf(column, node, page).length), column.head.length) + 2;

/** Without the columns that say nothing, and without those for which the terminal is too narrow. */
function chooseColumns(nodes: readonly FleetNode[], page: FleetPage): readonly Column[] {
  let columns = COLUMNS.filter(({ cell, dispensable }) => dispensable === 0 || nodes.some((node) => cell(node) !== ''));
  const used = () => columns.reduce((sum, column) => sum + widthOf(column, nodes, page), INDENT.length);
  for (let next = 3; page.interactive && next > 0 && used() + LEAST_WHAT > page.columns; next--) {
    columns = columns.filter(({ dispensable }) => dispensable !== next);
  }
  return columns;
}

function tableOf(nodes: readonly FleetNode[], page: FleetPage, paint: Paint): string {
  const columns = chooseColumns(nodes, page);
  const right = columns.flatMap((column, index) => (column.right === true ? [index] : []));
  const [head = '', ...lines] = align(
    [
      [...columns.map((column) => column.head), 'what'],
      ...nodes.map((node) => [...columns.map((column) => cellOf(column, node, page)), whatOf(node)]),
    ],
    right,
  );
  const room = page.interactive ? page.columns - INDENT.length : Number.POSITIVE_INFINITY;
  const painted = lines.map((line, index) => {
    const health = nodes[index]?.health ?? 'Unknown';
    const tone: Tone = health === 'Healthy' ? 'plain' : HEALTH_TONE[health];
    // The first time it stands as a word of its own is its column: a node's name has no capitals.
    return `${INDENT}${cut(line, room).replace(health, (word) => paint(tone, word))}\n`;
  });
  return `${INDENT}${paint('faint', cut(head, room))}\n${painted.join('')}`;
}

/** `12 Critical, 30 Degraded`; what there is none of is left out. */
function counts(parts: readonly (readonly [number, string])[]): string {
  const there = parts.filter(([count]) => count > 0);
  return there.map(([count, name]) => `${thousands(count)} ${name}`).join(', ');
}

function headOf(totals: Totals, of: number, page: FleetPage, paint: Paint): string {
  const { nodes, health, absent, stale, unreadable, notReady, cordoned, paused, observing, problems } = totals;
  const all = `${thousands(of)} ${of === 1 ? 'node' : 'nodes'}`;
  const asked = nodes === of ? all : `${thousands(nodes)} of ${all}`;
  const healths = counts([
    [health.Critical, 'Critical'],
    [health.Degraded, 'Degraded'],
    [health.Unknown, 'Unknown'],
    [health.Healthy, 'Healthy'],
  ]);
  const facts = counts([
    [absent, 'without an agent'],
    [stale, `with a report older than ${formatDuration(STALE)}`],
    [unreadable, 'with a report that cannot be read'],
    [notReady, 'not Ready'],
    [cordoned, 'cordoned'],
    [paused, 'paused'],
    [observing, 'observing'],
  ]);
  const named = problems.slice(0, MOST_PROBLEMS).map(({ type, reason, nodes: on }) => `${type}/${reason} on ${thousands(on)}`);
  const more = problems.length > named.length ? `, ${problems.length - named.length} more` : '';
  const lines = [facts, named.length === 0 ? '' : `most frequent: ${named.join(', ')}${more}`];
  const rest = lines.filter((line) => line !== '').map((line) => `${INDENT}${wrap(line, page.columns, INDENT)}\n`);
  return `${paint('strong', asked)}${healths === '' ? '' : `: ${healths}`}\n${rest.join('')}`;
}

/** The whole fleet, as a person reads it. */
export function renderFleet({ nodes, of }: Fleet, page: FleetPage): string {
  const paint = painter(page.color);
  const head = headOf(totalsOf(nodes), of, page, paint);
  if (nodes.length === 0) return `${head}${of === 0 ? '' : 'No node is like that.\n'}`;
  const most = page.rows === undefined ? nodes.length : Math.max(1, page.rows - head.split('\n').length - 3);
  const left = nodes.length - most;
  const more = left <= 0 ? '' : `${INDENT}${paint('faint', `… and ${thousands(left)} more`)}\n`;
  return `${head}\n${tableOf(nodes.slice(0, most), page, paint)}${more}`;
}

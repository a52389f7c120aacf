import type { FleetNode } from '../../lib/fleet/fleet-node.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { minutes } from '../../lib/model/units.ts';

export const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, Math.max(0, most - 1))}…` : text;

/** What kubectl says of it too, and what a person or the agent has set. */
function stateOf({ ready, cordoned, report, age = 0 }: FleetNode): string {
  return [
    ready === 'True' ? '' : 'NotReady',
    cordoned ? 'cordoned' : '',
    report?.paused === undefined ? '' : 'paused',
    report?.mode === 'observe' ? 'observing' : '',
    age < -minutes(2) ? 'clock ahead' : '',
  ]
    .filter((word) => word !== '')
    .join(',');
}

function ageOf({ reporting, age }: FleetNode): string {
  if (reporting === 'absent') return 'none';
  if (age === undefined) return '?';
  return age < 1000 ? 'now' : formatDuration(age);
}

/** One line: what is wrong, or what is known. */
export function whatOf({ reporting, summary, report, conditions }: FleetNode): string {
  const also = conditions.filter((type) => !summary.includes(type)).join(', ');
  const said = {
    reporting: summary,
    stale: `stale, it last said ${report?.health ?? 'Unknown'}: ${summary}`,
    unreadable: 'its report is not one of nodemend',
    absent: 'no agent has reported',
  }[reporting];
  return also === '' ? said : `${also}; ${said}`;
}

export interface Column {
  readonly head: string;
  readonly cell: (node: FleetNode) => string;
  readonly right?: boolean;
  /** The first to go where it is narrow; 0 stays. */
  readonly dispensable: number;
}

export const COLUMNS: readonly Column[] = [
  { head: 'node', cell: ({ name }) => name, dispensable: 0 },
  { head: 'zone', cell: ({ zone }) => zone, dispensable: 3 },
  { head: 'health', cell: ({ health }) => health, dispensable: 0 },
  { head: 'report', cell: ageOf, right: true, dispensable: 2 },
  { head: 'state', cell: stateOf, dispensable: 1 },
];

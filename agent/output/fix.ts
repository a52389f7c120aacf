import { type Hold, holdInWords } from '../../lib/model/guard.ts';
import { printable } from '../../lib/model/printable.ts';
import type { Disruption, Remedy } from '../../lib/model/remedy.ts';
import type { Standing } from '../../lib/model/standing.ts';
import type { Page } from './doctor.ts';
import { wrap } from './layout.ts';
import { painter } from './paint.ts';

const LABEL = 12;

const CONTAINERS: Readonly<Record<Disruption, string>> = {
  none: 'running containers are not touched',
  local: 'running containers go on; only daemons of this node are restarted',
  workload: 'containers of this node end, and the kubelet starts them again',
  node: 'everything on this node ends',
};

export interface Proposal {
  readonly standing: Standing;
  readonly remedy: Remedy;
  readonly disruption: Disruption;
  /** Why it is not done; empty: it may be. */
  readonly holds: readonly Hold[];
  /** Who would do it. */
  readonly by: string;
}

function field(label: string, text: string, { columns, color }: Page): string {
  const paint = painter(color);
  return `  ${paint('faint', label.padEnd(LABEL))}${wrap(printable(text), columns, ' '.repeat(LABEL + 2))}\n`;
}

const nameOf = ({ fault: { type, reason, subject } }: Standing) =>
  printable(`${type}/${reason}${subject === undefined ? '' : ` (${subject})`}`);

/** What would be done about one problem, and what that costs. */
export function renderProposal({ standing, remedy, disruption, holds, by }: Proposal, page: Page): string {
  const paint = painter(page.color);
  return [
    `${paint('strong', `${remedy.id} for ${nameOf(standing)}`)}\n`,
    field('does', remedy.title, page),
    field('disruption', disruption, page),
    field('containers', CONTAINERS[disruption], page),
    ...(holds.length === 0
      ? [field('by', by, page), field('afterwards', `the check ${standing.check} has to pass, or it counts as failed`, page)]
      : holds.map((hold) => field('held by', holdInWords(hold), page))),
  ].join('');
}

/** A problem whose ladder has nothing left. */
export function renderGivenUp(standing: Standing, tried: readonly string[], page: Page): string {
  const paint = painter(page.color);
  const command = `  ${' '.repeat(LABEL)}${paint('strong', `$ nodemend reset ${standing.fault.type}`)}\n`;
  return `${paint('strong', nameOf(standing))}\n${field('given up', `every remedy had its attempts: ${tried.join(', ')}; forgive them with`, page)}${command}`;
}

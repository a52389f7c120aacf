import { outcomeOf } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { groupSelector } from '../../lib/drain-remedy/groups.ts';
import type { Share } from '../../lib/model/fleet.ts';
import type { Hold } from '../../lib/model/guard.ts';
import { seconds } from '../../lib/model/units.ts';
import type { MoveParts } from './parts.ts';

const DEADLINE = seconds(10);
const PAGE = 500;
const MOST_PAGES = 40;

interface Listed {
  readonly items?: readonly { readonly metadata?: { readonly name?: string } }[];
  readonly metadata?: { readonly continue?: string; readonly remainingItemCount?: number };
}

interface Question {
  readonly selector: string;
  readonly cordoned: boolean;
}

/** How many others there are; a text: that could not be told. */
async function count({ api, order }: MoveParts, { selector, cordoned }: Question): Promise<number | string> {
  let [sum, next] = [0, ''];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (cordoned) query.set('fieldSelector', 'spec.unschedulable=true');
    if (selector !== '') query.set('labelSelector', selector);
    if (next !== '') query.set('continue', next);
    const path = `/api/v1/nodes?${query.toString()}`;
    const listed = outcomeOf<Listed>(await api({ method: 'GET', path, deadline: DEADLINE, metadataOnly: true }));
    if (!listed.ok) return listed.failure.message;
    const { items = [], metadata = {} } = listed.value;
    sum += items.filter((item) => item.metadata?.name !== order.node).length;
    next = metadata.continue ?? '';
    if (next === '') return sum;
  }
  return sum;
}

/** Rounded down, but never to none: of three nodes one may be cordoned. */
const mostOf = ({ count: least, ratio }: Share, nodes: number): number => Math.max(1, least, Math.floor(ratio * nodes));

async function roomIn(parts: MoveParts, share: Share, selector: string, where: string): Promise<Hold | undefined> {
  const cordoned = await count(parts, { selector, cordoned: true });
  const others = share.ratio > 0 ? await count(parts, { selector, cordoned: false }) : 0;
  const failure = [cordoned, others].find((answer) => typeof answer === 'string');
  if (failure !== undefined || typeof cordoned === 'string' || typeof others === 'string')
    return { id: 'fleet-budget', why: `how many nodes are cordoned is not known: ${failure}` };
  const most = mostOf(share, others + 1);
  if (cordoned < most) return undefined;
  return { id: 'fleet-budget', why: `${cordoned} other nodes${where} are cordoned, at most ${most} may be` };
}

/** Whether one more node may be cordoned, whoever cordoned the others. */
export async function cordonRoom(parts: MoveParts, node: Node): Promise<Hold | undefined> {
  const { settings } = parts.order;
  const { maxCordoned, maxCordonedOfGroup, groupLabels } = settings;
  const all = await roomIn(parts, maxCordoned, '', '');
  if (all !== undefined || groupLabels.length === 0) return all;
  const selector = groupSelector(node.metadata.labels ?? {}, settings);
  return await roomIn(parts, maxCordonedOfGroup, selector, ` with ${selector}`);
}

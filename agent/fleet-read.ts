import type { ApiAnswer, ApiRequest } from '../lib/host/host.ts';
import { countOf, FLEET_NAMESPACE, leasePath, parseLeases } from '../lib/kube/fleet-lease.ts';
import type { NodeInTrouble } from '../lib/model/fleet.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Instant } from '../lib/model/units.ts';

const PAGE = 250;
/** Five thousand nodes in trouble at once; where there are more the breaker is open without a list of them. */
const MOST_PAGES = 20;
const MOST = PAGE * MOST_PAGES;

export type Ask = (request: Pick<ApiRequest, 'path' | 'metadataOnly'>) => Promise<ApiAnswer>;

function whyNot(answer: ApiAnswer): string {
  if (answer.kind === 'response') {
    if (answer.status === 403) return `this identity has no right on Leases in the namespace ${FLEET_NAMESPACE}`;
    return `the API server answered ${answer.status} to the list of Leases in ${FLEET_NAMESPACE}`;
  }
  if (answer.kind === 'timed-out') return `the API server gave no answer within ${formatDuration(answer.after)}`;
  return `the API server could not be asked (${answer.kind})`;
}

export interface FleetLeases {
  /** By the server's clock, where it told. */
  readonly at: Instant | undefined;
  readonly nodes: readonly NodeInTrouble[];
  readonly complete: boolean;
}

/** All Leases of the namespace, page by page, a few hundred KB each; or why not. */
export async function readLeases(ask: Ask): Promise<FleetLeases | string> {
  const nodes: NodeInTrouble[] = [];
  let at: Instant | undefined;
  let more = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = `?limit=${PAGE}${more === '' ? '' : `&continue=${encodeURIComponent(more)}`}`;
    const answer = await ask({ path: `${leasePath()}${query}` });
    const list = answer.kind === 'response' && answer.status === 200 ? parseLeases(answer.body) : undefined;
    // 410: the snapshot of the first page was compacted away; what was read of it is true, and not all.
    if (list === undefined) return page === 0 ? whyNot(answer) : { at, nodes, complete: false };
    if (answer.kind === 'response') at = answer.date;
    nodes.push(...list.nodes);
    ({ more } = list);
    if (more === '') return { at, nodes, complete: true };
    // The first page tells that the last one will not be read: a fleet in trouble asks for one page each, not for twenty.
    if (nodes.length + (list.remaining ?? 0) > MOST) return { at, nodes, complete: false };
  }
  return { at, nodes, complete: false };
}

/** How many Nodes there are: the server counts what a page leaves out. With a selector it does not, and they are read by name. */
export async function countNodes(ask: Ask, zone?: string): Promise<number | undefined> {
  const selector = zone === undefined ? '' : `&labelSelector=${encodeURIComponent(`topology.kubernetes.io/zone=${zone}`)}`;
  let [sum, more] = [0, ''];
  for (let page = 0; page < MOST_PAGES; page++) {
    const limit = zone === undefined ? 1 : PAGE;
    const path = `/api/v1/nodes?limit=${limit}${selector}${more === '' ? '' : `&continue=${encodeURIComponent(more)}`}`;
    const answer = await ask({ path, metadataOnly: true });
    const count = answer.kind === 'response' && answer.status === 200 ? countOf(answer.body) : undefined;
    if (count === undefined) return undefined;
    sum += count.here;
    if (count.more === '') return sum;
    if (count.remaining !== undefined) return sum + count.remaining;
    ({ more } = count);
  }
  return sum;
}

import type { Outcome } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import type { Instant } from '../../lib/model/units.ts';
import type { Api } from '../drain/api.ts';
import { walk } from '../drain/lists.ts';

/** kubectl's own. */
const CHUNK = 500;

export interface ListOptions<Row> {
  /** As kubectl -l; '' is everything. */
  readonly selector: string;
  /** What is kept of each Node, which is ten times as large; `now`: by the API server's clock. */
  readonly toRow: (node: Node, now: Instant) => Row;
  /** Of this host, where the server did not say. */
  readonly now: () => Instant;
}

/** All Nodes page by page; begun anew in one piece where the server has forgotten how far it was (410). */
export async function listNodes<Row>(api: Api, options: ListOptions<Row>, limit?: number): Promise<Outcome<readonly Row[]>> {
  const { selector, toRow, now } = options;
  const most = limit ?? CHUNK;
  const rows: Row[] = [];
  let serverTime: Instant | undefined;
  const dated: Api = async (call) => {
    const answer = await api(call);
    serverTime = (answer.kind === 'response' ? answer.date : undefined) ?? now();
    return answer;
  };
  const parts = { labelSelector: selector, limit: most === 0 ? undefined : String(most) };
  const visit = (page: readonly Node[]) => {
    for (const node of page) rows.push(toRow(node, serverTime ?? now()));
    return true;
  };
  const walked = await walk<Node>(dated, { where: '/api/v1/nodes', parts, visit });
  if (walked.ok) return { ok: true, value: rows };
  return walked.failure.code === 410 && most > 0 ? await listNodes(api, options, 0) : walked;
}

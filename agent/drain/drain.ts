import type { Node } from '../../lib/drain/objects.ts';
import type { CordonOwner } from '../../lib/model/cordon.ts';
import type { DrainContext } from './context.ts';
import { setCordon } from './cordon.ts';
import { drainNode } from './drain-node.ts';
import type { NodeReport } from './events.ts';
import { ownersBy } from './surge/owners.ts';
import { NOTHING_SURGED, type Surged, surgeNodes } from './surge/surge.ts';

const notBegun = (node: string, error: string): NodeReport => ({ node, drained: false, error, pods: [] });

/** What has to move without a gap moves first, of all nodes that could be cordoned together. */
async function surge(context: DrainContext, nodes: readonly string[]): Promise<Surged> {
  const { surge: settings } = context;
  if (settings === undefined || nodes.length === 0 || context.signal.aborted) return NOTHING_SURGED;
  const { who, workloads } = settings;
  return await surgeNodes({ ...context, surge: settings, who, workloads, nodes, owners: ownersBy(workloads) });
}

/**
 * As kubectl: all nodes are cordoned, then emptied one after the other; one that fails does not keep the next from its turn, and
 * nothing is uncordoned again. Unlike it, a node that could not be cordoned is not emptied: its pods would come back.
 */
export async function drainNodes(
  context: DrainContext,
  nodes: readonly Node[],
  owner: CordonOwner,
): Promise<readonly NodeReport[]> {
  const { cluster, options, signal, tell } = context;
  const open = new Set<string>();
  for (const node of nodes) {
    if (signal.aborted) break;
    const isCordoned = await setCordon(node, true, { cluster, tell, dryRun: options.dryRun, owner });
    if (!isCordoned) open.add(node.metadata.name);
  }
  const leaving = new Set(nodes.map(({ metadata }) => metadata.name));
  const surged = await surge(
    context,
    [...leaving].filter((name) => !open.has(name)),
  );
  const reports: NodeReport[] = [];
  for (const name of leaving) {
    if (signal.aborted) reports.push({ ...notBegun(name, 'interrupted'), pods: surged.reports(name) });
    else if (open.has(name)) reports.push(notBegun(name, 'it could not be cordoned'));
    else reports.push(await drainNode(context, name, leaving, surged));
  }
  return reports;
}

import type { Node } from '../../lib/drain/objects.ts';
import type { CordonOwner } from '../../lib/model/cordon.ts';
import type { DrainContext } from './context.ts';
import { setCordon } from './cordon.ts';
import { drainNode } from './drain-node.ts';
import type { NodeReport } from './events.ts';

const notBegun = (node: string, error: string): NodeReport => ({ node, drained: false, error, pods: [] });

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
  const reports: NodeReport[] = [];
  for (const name of leaving) {
    if (signal.aborted) reports.push(notBegun(name, 'interrupted'));
    else if (open.has(name)) reports.push(notBegun(name, 'it could not be cordoned'));
    else reports.push(await drainNode(context, name, leaving));
  }
  return reports;
}

import { hostname } from 'node:os';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { Node } from './compose.ts';

/** Where this host is joined to no cluster, or the cluster is not to be asked. */
export const ownName = ({ nodeName }: AgentConfig): string => (nodeName === 'auto' ? hostname().trim().toLowerCase() : nodeName);

/** The Node's name: as the cluster knows this host by its identity, else its own. */
export async function nameOf(node: Node, config: AgentConfig): Promise<string> {
  const identity = await node.cluster.clusterIdentity();
  return identity.kind === 'identity' ? identity.nodeName : ownName(config);
}

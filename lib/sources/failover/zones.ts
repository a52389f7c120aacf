import type { HostView } from '../../host/host.ts';
import type { ZoneNode } from '../../model/failover.ts';
import { toObject, toObjects, toText, toTextRecord } from '../../model/json.ts';
import { type Asked, askFor } from './ask.ts';

/** nodetopology.GetZoneKey: region and zone, the old labels where the new ones are not set. */
function zoneKey(labels: Readonly<Record<string, string>>): string {
  const either = (part: string, old: string) => labels[`topology.kubernetes.io/${part}`] ?? labels[old] ?? '';
  const region = either('region', 'failure-domain.beta.kubernetes.io/region');
  return `${region}:${either('zone', 'failure-domain.beta.kubernetes.io/zone')}`;
}

export interface NodeList {
  readonly nodes: readonly ZoneNode[];
  /** How many the answer left out. */
  readonly more: number;
}

function parseNodeList(body: unknown): NodeList {
  const { items, metadata } = toObject(body);
  const nodes = toObjects(items).map((node) => {
    const { name, labels } = toObject(node.metadata);
    const own = toTextRecord(labels);
    const ready = toObjects(toObject(node.status).conditions).find(({ type }) => type === 'Ready');
    return {
      name: toText(name),
      zone: zoneKey(own),
      ready: ready?.status === 'True',
      excluded: 'node.kubernetes.io/exclude-disruption' in own,
    };
  });
  const { remainingItemCount } = toObject(metadata);
  return { nodes, more: typeof remainingItemCount === 'number' ? remainingItemCount : 0 };
}

/** A page of Nodes is 20 KB each: beyond some hundred nodes the shares of the first page stand for all. */
export const readNodeList = (host: HostView): Promise<Asked<NodeList>> => askFor(host, '/api/v1/nodes?limit=500', parseNodeList);

import type { ApiAnswer } from '../lib/host/host.ts';
import type { Instant } from '../lib/model/units.ts';
import { toFact } from '../lib/sources/cluster/api-fact.ts';
import { clusterIdentity } from '../lib/sources/cluster/cluster-identity.ts';
import { nodeObject, parseNode } from '../lib/sources/cluster/node-object.ts';
import type { Gatherer } from './gather.ts';

/** The answer to a write of the report is a reading of the Node: no check need ask for it again so soon. */
export function tellNode(gathered: Gatherer, answer: ApiAnswer, now: Instant): void {
  const identity = gathered.last?.(clusterIdentity)?.fact;
  if (identity?.kind !== 'identity') return;
  const fact = toFact(answer, identity, parseNode, now);
  if (fact.kind === 'found') gathered.tell?.(nodeObject, fact);
}

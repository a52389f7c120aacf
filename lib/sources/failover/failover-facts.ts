import type { HostView } from '../../host/host.ts';
import type { FailoverPod } from '../../model/failover.ts';
import { toObject } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { clusterIdentity } from '../cluster/cluster-identity.ts';
import { type Asked, askFor, objectPath } from './ask.ts';
import { readBudgets } from './budgets.ts';
import { readOwners } from './owners.ts';
import { toFailoverPods } from './pods.ts';
import { hasEnded, readRawPods } from './raw-pods.ts';
import { readStorage } from './storage.ts';
import { type NodeList, readNodeList } from './zones.ts';

/** The node's pods with all that decides about their successors, and what could not be asked. */
export interface FailoverFactsOfPods {
  /** A text: why there are none. */
  readonly pods: readonly FailoverPod[] | string;
  readonly nodes: Asked<NodeList>;
  /** Sentences: what the identity may not see. */
  readonly unseen: readonly string[];
}

type Refusals = ReadonlyMap<string, Asked<unknown>>;

/** Once per kind of object: the same identity is refused for all of them. */
function unseenIn(what: string, answers: Refusals): readonly string[] {
  const bad = [...answers.values()].find(({ kind }) => kind === 'refused' || kind === 'failed');
  return bad !== undefined && 'why' in bad ? [`${what}: ${bad.why}`] : [];
}

async function readPods(host: HostView, node: string): Promise<Pick<FailoverFactsOfPods, 'pods' | 'unseen'>> {
  const asked = await readRawPods(host, node);
  if (asked.kind !== 'found') return { pods: asked.kind === 'absent' ? 'the API server has no pods' : asked.why, unseen: [] };
  const alive = asked.value.filter((pod) => !hasEnded(pod));
  const [owners, budgets, storage] = await Promise.all([
    readOwners(host, alive),
    readBudgets(host, alive),
    readStorage(host, alive),
  ]);
  return {
    pods: toFailoverPods(alive, { node, owners, budgets, storage }),
    unseen: [
      ...unseenIn('the pods’ controllers', owners),
      ...unseenIn('PodDisruptionBudgets', budgets),
      ...unseenIn('PersistentVolumeClaims', storage.claims),
      ...unseenIn('PersistentVolumes', storage.volumes),
      ...unseenIn('CSI drivers', storage.attaches),
    ],
  };
}

async function read(host: HostView, { use }: ReadContext): Promise<FailoverFactsOfPods> {
  const identity = await use(clusterIdentity);
  if (identity.kind !== 'identity') {
    return { pods: identity.reason, nodes: { kind: 'failed', why: identity.reason }, unseen: [] };
  }
  const [pods, nodes] = await Promise.all([readPods(host, identity.nodeName), readNodeList(host)]);
  return { ...pods, nodes };
}

export const failoverFacts = defineSource<FailoverFactsOfPods>({ id: 'failover-facts', deadline: seconds(25), read });

/** The running configuration of any node's kubelet, through the API server (nodes/proxy, or nodes/configz from 1.33). */
export const readRemoteConfigz = (host: HostView, node: string) =>
  askFor(host, `${objectPath('v1', undefined, 'nodes', node)}/proxy/configz`, (body) => toObject(toObject(body).kubeletconfig));

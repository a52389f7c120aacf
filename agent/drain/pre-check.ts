import type { Outcome } from '../../lib/drain/failure.ts';
import { claimNames } from '../../lib/drain/node-fit.ts';
import type { Claim, PersistentVolume, Pod } from '../../lib/drain/objects.ts';
import { type Placement, placePods } from '../../lib/drain/placement.ts';
import { type Amounts, plus, podRequests } from '../../lib/drain/resources.ts';
import type { ClusterPods } from './cluster-pods.ts';

export type PreCheck =
  | { readonly kind: 'judged'; readonly placements: readonly Placement[] }
  | { readonly kind: 'not-judged'; readonly why: string };

/** All pods of a larger cluster are a burden for its API server that a forecast is not worth. */
const MOST_PODS = 5_000;

type Sums = ReadonlyMap<string, Amounts>;

async function readReserved(cluster: ClusterPods): Promise<Outcome<Sums | undefined>> {
  const count = await cluster.countPods();
  if (!count.ok) return count;
  if (count.value > MOST_PODS) return { ok: true, value: undefined };
  const sums = new Map<string, Amounts>();
  const walked = await cluster.eachPod((page) => {
    for (const pod of page) {
      const node = pod.spec?.nodeName ?? '';
      sums.set(node, plus(sums.get(node) ?? {}, podRequests(pod)));
    }
    return true;
  });
  return walked.ok ? { ok: true, value: sums } : walked;
}

interface Volumes {
  readonly claims: ReadonlyMap<string, Claim>;
  readonly volumes: ReadonlyMap<string, PersistentVolume>;
}

/** The claims of these pods and their volumes; one that cannot be read rules out no node. */
async function readVolumes(cluster: ClusterPods, pods: readonly Pod[]): Promise<Volumes> {
  const claims = new Map<string, Claim>();
  const volumes = new Map<string, PersistentVolume>();
  const named = pods.flatMap((pod) => claimNames(pod).map((name) => [pod.metadata.namespace ?? '', name] as const));
  await Promise.all(
    named.map(async ([namespace, name]) => {
      const claim = await cluster.claim(namespace, name);
      if (!claim.ok) return;
      claims.set(`${namespace}/${name}`, claim.value);
      const { volumeName = '' } = claim.value.spec ?? {};
      const volume = volumeName === '' ? undefined : await cluster.volume(volumeName);
      if (volume?.ok === true) volumes.set(volumeName, volume.value);
    }),
  );
  return { claims, volumes };
}

/** Where the pods that are to move would find room. */
export async function preCheck(cluster: ClusterPods, pods: readonly Pod[], leaving: ReadonlySet<string>): Promise<PreCheck> {
  if (pods.length === 0) return { kind: 'judged', placements: [] };
  const nodes = await cluster.nodes({ chunkSize: 500 });
  if (!nodes.ok) return { kind: 'not-judged', why: nodes.failure.message };
  const reserved = await readReserved(cluster);
  if (!reserved.ok) return { kind: 'not-judged', why: reserved.failure.message };
  if (reserved.value === undefined) return { kind: 'not-judged', why: `the cluster has more than ${MOST_PODS} pods` };
  const volumes = await readVolumes(cluster, pods);
  return { kind: 'judged', placements: placePods(pods, { nodes: nodes.value, reserved: reserved.value, leaving, ...volumes }) };
}

import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../agent/drain/api.ts';
import { clusterPods } from '../../agent/drain/cluster-pods.ts';
import { clusterWorkloads } from '../../agent/drain/surge/cluster-workloads.ts';
import type { Pod } from '../../lib/drain/objects.ts';
import { rbacManifests } from '../../lib/kube/rbac.ts';

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };

/** As RBAC calls it: `get apps/deployments`. */
function rightOf({ method, path }: Pick<ApiCall, 'method' | 'path'>): string {
  const parts = new URL(path, 'https://x').pathname.split('/').slice(1);
  const group = parts[0] === 'apis' ? parts[1] : '';
  const [first = '', ...more] = parts.slice(parts[0] === 'apis' ? 3 : 2);
  const [resource = first, name, sub] = first === 'namespaces' ? more.slice(1) : [first, ...more];
  const reading = name === undefined ? 'list' : 'get';
  return `${VERBS[method] ?? reading} ${group}/${resource}${sub === undefined ? '' : `/${sub}`}`;
}

const POD: Pod = { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: {}, status: {} } as Pod;
const REMOVAL = { gracePeriod: -1, dryRun: false };

/** Everything that a drain, and a drain that surges, asks for and does. */
async function called(): Promise<ReadonlySet<string>> {
  const rights = new Set<string>();
  const api = async (call: ApiCall) => {
    rights.add(rightOf(call));
    return { kind: 'response', status: 200, body: {}, took: 1 } as const;
  };
  const pods = clusterPods(api);
  const workloads = clusterWorkloads(api);
  await Promise.all([
    ...[pods.node('a'), pods.nodes({ chunkSize: 0 }), pods.patchNode('a', {}, false), pods.podsOf('a', { chunkSize: 0 })],
    ...[pods.present('a'), pods.pod('n', 'p'), pods.daemonSet('n', 'd'), pods.evict(POD, { ...REMOVAL, version: 'v1' })],
    ...[pods.remove(POD, REMOVAL), pods.budgets('n', 'v1'), pods.countPods(), pods.eachPod(() => true)],
    ...[pods.claim('n', 'c'), pods.volume('v')],
    // Nothing of a StatefulSet is ever changed: it starts no pod before the old one has gone.
    ...(['Deployment', 'ReplicaSet', 'StatefulSet'] as const).map((kind) => workloads.workload(kind, 'n', 'w')),
    ...(['Deployment', 'ReplicaSet'] as const).flatMap((kind) => [
      workloads.patch({ kind, namespace: 'n', name: 'w' }, {} as never, false),
      workloads.marked(kind),
    ]),
    ...[workloads.pods('n', {}), workloads.replicaSets('n', {}), workloads.autoscalers('n')],
  ]);
  return rights;
}

interface Rules {
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

function granted(role: string, wanted: { readonly surge: boolean; readonly deletePods: boolean }): ReadonlySet<string> {
  const subject = { kind: 'ServiceAccount', name: 'nodemend' } as const;
  const manifests = rbacManifests({ subject, drain: true, token: false, policy: true, ...wanted });
  const found = manifests.filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata?.name === role) as readonly Rules[];
  return new Set(
    found
      .flatMap(({ rules = [] }) => rules)
      .flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((group) => resources.flatMap((one) => verbs.map((verb) => `${verb} ${group}/${one}`))),
      ),
  );
}

const ALL = { surge: true, deletePods: true };

describe('the rights of a drain', () => {
  it('are all that it asks for', async () => {
    const mine = new Set([...granted('nodemend', ALL), ...granted('nodemend:drain', ALL)]);

    expect([...(await called())].filter((right) => !mine.has(right))).toEqual([]);
  });

  it('are no more than that', async () => {
    const asked = await called();

    expect([...granted('nodemend:drain', ALL)].filter((right) => !asked.has(right))).toEqual([]);
  });

  it('touch no workload and read none but DaemonSets, where it does not surge', () => {
    const rights = [...granted('nodemend:drain', { surge: false, deletePods: false })];

    expect(rights.filter((right) => right.includes('apps/'))).toEqual(['get apps/daemonsets']);
  });
});

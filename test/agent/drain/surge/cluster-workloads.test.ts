import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../agent/drain/api.ts';
import { clusterWorkloads } from '../../../../agent/drain/surge/cluster-workloads.ts';
import type { ApiAnswer } from '../../../../lib/host/host.ts';

const response = (body: unknown, status = 200): ApiAnswer => ({ kind: 'response', status, body, took: 1 });

function recorded(answers: readonly ApiAnswer[]) {
  const calls: ApiCall[] = [];
  const api = async (call: ApiCall) => {
    calls.push(call);
    return answers[calls.length - 1] ?? response({ items: [] });
  };
  return { calls, workloads: clusterWorkloads(api) };
}

const ref = { kind: 'Deployment', namespace: 'shop', name: 'we/b' } as const;

describe('clusterWorkloads', () => {
  it.each([
    ['Deployment', 'deployments'],
    ['StatefulSet', 'statefulsets'],
    ['ReplicaSet', 'replicasets'],
  ] as const)('asks for a %s by its name', async (kind, plural) => {
    const { calls, workloads } = recorded([]);
    await workloads.workload(kind, 'shop', 'web');

    expect(calls).toMatchObject([{ method: 'GET', path: `/apis/apps/v1/namespaces/shop/${plural}/web` }]);
  });

  it('patches by its name, whatever that is, and can only rehearse it', async () => {
    const { calls, workloads } = recorded([response({}), response({ message: 'quota' }, 403)]);
    await workloads.patch(ref, { spec: { replicas: 3 } }, false);
    const refused = await workloads.patch(ref, {}, true);

    expect(calls).toMatchObject([
      { method: 'PATCH', path: '/apis/apps/v1/namespaces/shop/deployments/we%2Fb', body: '{"spec":{"replicas":3}}' },
      { method: 'PATCH', path: '/apis/apps/v1/namespaces/shop/deployments/we%2Fb?dryRun=All' },
    ]);
    expect(refused).toMatchObject({ ok: false, failure: { code: 403, message: 'quota' } });
  });

  it('asks for pods as they are now: no cached list', async () => {
    const { calls, workloads } = recorded([]);
    await workloads.pods('shop', { matchLabels: { app: 'web' } });
    await workloads.replicaSets('shop', { matchLabels: { app: 'web' } });
    await workloads.autoscalers('shop');

    expect(calls.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb',
      '/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dweb',
      '/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers',
    ]);
  });

  it('asks the cache for the names of what is marked, and for no more than names', async () => {
    const { calls, workloads } = recorded([response({ items: [{ metadata: { name: 'a' } }] }), { kind: 'refused' }]);

    expect(await workloads.marked('Deployment')).toEqual({ ok: true, value: [{ name: 'a' }] });
    expect(await workloads.marked('ReplicaSet')).toMatchObject({ ok: false, failure: { reason: 'NoAnswer' } });
    expect(calls).toMatchObject([
      { path: '/apis/apps/v1/deployments?labelSelector=nodemend.io%2Fsurge&resourceVersion=0', metadataOnly: true },
      { path: '/apis/apps/v1/replicasets?labelSelector=nodemend.io%2Fsurge&resourceVersion=0', metadataOnly: true },
    ]);
  });
});

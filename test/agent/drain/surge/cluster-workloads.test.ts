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

  it('walks through all pages of names, and asks for no more than names', async () => {
    const page = (name: string, next?: string) =>
      response({ items: [{ metadata: { name } }], metadata: next === undefined ? {} : { continue: next } });
    const { calls, workloads } = recorded([page('a', 'more'), page('b')]);

    expect(await workloads.all('Deployment')).toEqual({ ok: true, value: [{ name: 'a' }, { name: 'b' }] });
    expect(calls).toMatchObject([
      { path: '/apis/apps/v1/deployments?limit=500', metadataOnly: true },
      { path: '/apis/apps/v1/deployments?limit=500&continue=more', metadataOnly: true },
    ]);
  });

  it('gives a failure in the middle as one', async () => {
    const first = response({ items: [{ metadata: { name: 'a' } }], metadata: { continue: 'more' } });
    const { workloads } = recorded([first, { kind: 'refused' }]);

    expect(await workloads.all('Deployment')).toMatchObject({ ok: false, failure: { reason: 'NoAnswer' } });
  });
});

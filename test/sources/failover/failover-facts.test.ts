import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import type { ApiAnswer } from '../../../lib/host/host.ts';
import { isUnavailable } from '../../../lib/model/source.ts';
import { failoverFacts } from '../../../lib/sources/failover/failover-facts.ts';
import { fakeNode } from '../../fakes/node.ts';
import { apiPod, found, identity, ownedBy, status } from './objects.ts';

const PODS = '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode1&resourceVersion=0';
const NODES = '/api/v1/nodes?limit=500';
const list = (...items: readonly object[]): ApiAnswer => found({ kind: 'PodList', items });

async function factsOf(answers: Readonly<Record<string, ApiAnswer>>, otherwise: ApiAnswer = status(403, 'forbidden')) {
  const host = fakeNode({ identity, api: (path) => answers[path] ?? otherwise });
  const fact = await gatherer(host).fact(failoverFacts);
  if (isUnavailable(fact)) throw new Error(fact.unavailable);
  return fact;
}

async function podOf(pod: object, answers: Readonly<Record<string, ApiAnswer>> = {}) {
  const { pods } = await factsOf({ [PODS]: list(pod), ...answers });
  const [first] = typeof pods === 'string' ? [] : pods;
  if (first === undefined) throw new Error('no pod');
  return first;
}

describe('failoverFacts', () => {
  it('names the Deployment from the label’s hash where a kubelet’s identity may not ask for the ReplicaSet', async () => {
    const pod = await podOf(apiPod({ ...ownedBy('ReplicaSet', 'web-7d4b'), labels: { 'pod-template-hash': '7d4b' } }));

    expect(pod.controller).toEqual({ kind: 'ReplicaSet', name: 'ReplicaSet/web-7d4b', above: 'Deployment/web' });
    expect(pod.budgets).toBeUndefined();
  });

  it('says once of each kind what it was refused', async () => {
    const pods = ['a', 'b', 'c'].map((name) => apiPod({ name, ...ownedBy('ReplicaSet', name) }));
    const { unseen, nodes } = await factsOf({ [PODS]: list(...pods) });

    expect(unseen).toEqual(['the pods’ controllers: forbidden', 'PodDisruptionBudgets: forbidden']);
    expect(nodes).toEqual({ kind: 'refused', why: 'forbidden' });
  });

  it('has no pods, and says why, where the API server does not answer', async () => {
    const { pods } = await factsOf({}, { kind: 'refused' });

    expect(pods).toBe('the API server did not answer (refused)');
  });

  it('reads replicas, the owner above, and a Job that waits', async () => {
    const answers = {
      '/apis/apps/v1/namespaces/shop/replicasets/web-7d4b': found({
        metadata: ownedBy('Rollout', 'web'),
        spec: { replicas: 3 },
        status: { readyReplicas: 2 },
      }),
      '/apis/batch/v1/namespaces/shop/jobs/count': found({ spec: { podFailurePolicy: { rules: [] } } }),
    };
    const web = await podOf(apiPod(ownedBy('ReplicaSet', 'web-7d4b')), answers);
    const job = await podOf(apiPod(ownedBy('Job', 'count')), answers);

    expect(web.controller).toMatchObject({ above: 'Rollout/web', replicas: { wanted: 3, ready: 2 } });
    expect(job.controller).toMatchObject({ kind: 'Job', waitsForEnd: true });
  });

  it.each<[string, object, string]>([
    ['a mirror', { annotations: { 'kubernetes.io/config.mirror': 'x' }, ...ownedBy('Node', 'node1') }, 'static'],
    ['nobody’s', {}, 'bare'],
    ['an owner that does not control it', { ownerReferences: [{ kind: 'ReplicaSet', name: 'x' }] }, 'bare'],
    ['a stranger’s', ownedBy('CloneSet', 'x'), 'other'],
    ['a DaemonSet’s', ownedBy('DaemonSet', 'x'), 'DaemonSet'],
  ])('a pod that is %s', async (_, metadata, kind) => {
    expect((await podOf(apiPod(metadata))).controller.kind).toBe(kind);
  });

  it('leaves out what has ended', async () => {
    const { pods } = await factsOf({ [PODS]: list(apiPod({}, {}, { status: { phase: 'Succeeded' } })) });

    expect(pods).toEqual([]);
  });

  it.each<[string, object, boolean]>([
    ['a selector for this host', { nodeSelector: { 'kubernetes.io/hostname': 'node1' } }, true],
    ['a selector for another label', { nodeSelector: { disk: 'ssd' } }, false],
    ['an affinity for this host', affinity([{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node1'] }]), true],
    ['an affinity for two hosts', affinity([{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node1', 'b'] }]), false],
  ])('pinned by %s', async (_, spec, pinned) => {
    expect((await podOf(apiPod({}, spec))).pinned).toBe(pinned);
  });

  it.each<[string, object | undefined, readonly string[]]>([
    ['every pod', {}, ['pdb']],
    ['no pod at all', undefined, []],
    ['a label', { matchLabels: { app: 'web' } }, ['pdb']],
    ['another value', { matchLabels: { app: 'db' } }, []],
    ['one of several', { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] }, ['pdb']],
    ['an operator of tomorrow', { matchExpressions: [{ key: 'app', operator: 'Like', values: ['w*'] }] }, []],
  ])('a budget for %s, of a server without policy/v1', async (_, selector, budgets) => {
    const pod = await podOf(apiPod({ labels: { app: 'web' } }), {
      '/apis/policy/v1/namespaces/shop/poddisruptionbudgets': status(404),
      '/apis/policy/v1beta1/namespaces/shop/poddisruptionbudgets': found({
        items: [{ metadata: { name: 'pdb' }, spec: { ...(selector === undefined ? {} : { selector }) } }],
      }),
    });

    expect(pod.budgets).toEqual(budgets);
  });

  it('counts nodes as the controller does: by region and zone, old labels too, without the excluded ones', async () => {
    const node = (name: string, labels: object, ready: string) => ({
      metadata: { name, labels },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
    const { nodes } = await factsOf({
      [NODES]: found({
        metadata: { remainingItemCount: 7 },
        items: [
          node('a', { 'topology.kubernetes.io/region': 'r', 'topology.kubernetes.io/zone': 'z' }, 'True'),
          node('b', { 'failure-domain.beta.kubernetes.io/zone': 'z' }, 'Unknown'),
          node('c', { 'node.kubernetes.io/exclude-disruption': '' }, 'True'),
        ],
      }),
    });

    expect(nodes).toEqual({
      kind: 'found',
      value: {
        more: 7,
        nodes: [
          { name: 'a', zone: 'r:z', ready: true, excluded: false },
          { name: 'b', zone: ':z', ready: false, excluded: false },
          { name: 'c', zone: ':', ready: true, excluded: true },
        ],
      },
    });
  });

  it('survives any shape of answer', async () => {
    for (const body of [null, 7, 'x', [], { items: 7 }, { items: [null, 7, { spec: { volumes: [7], containers: 'x' } }] }]) {
      const { nodes } = await factsOf({ [PODS]: found(body), [NODES]: found(body) }, found(body));

      expect(nodes.kind).toBe('found');
    }
  });
});

function affinity(matchExpressions: readonly object[]): object {
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
  return { affinity: { nodeAffinity: required } };
}

import { describe, expect, it } from 'vitest';
import { readFailover } from '../../agent/failover-facts.ts';
import { gatherer } from '../../agent/gather.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { fakeNode } from '../fakes/node.ts';
import { apiPod, found, identity, status } from '../sources/failover/objects.ts';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node1';
const PODS = '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode1&resourceVersion=0';
const NOW = Date.parse('2026-01-01T00:00:00Z');

const lease = (spec: object): ApiAnswer => found({ kind: 'Lease', spec: { holderIdentity: 'node1', ...spec } });

function read(answers: Readonly<Record<string, ApiAnswer>>, otherwise: ApiAnswer = status(403, 'forbidden'), isJoined = true) {
  const api = (path: string) => answers[path] ?? otherwise;
  const host = fakeNode({ now: NOW, api, ...(isJoined ? { identity } : {}) });
  const asked = { node: 'node1', isHere: false, identity: isJoined ? identity : undefined, given: {} };
  return readFailover(host, gatherer(host), asked);
}

describe('readFailover', () => {
  it('takes the kubelet’s numbers from its configz, and from its Lease where that is forbidden', async () => {
    const kubeletconfig = { nodeLeaseDurationSeconds: 20, nodeStatusUpdateFrequency: '5s' };
    const answers = {
      '/api/v1/nodes/node1/proxy/configz': found({ kubeletconfig }),
      [LEASE]: lease({ leaseDurationSeconds: 60 }),
    };
    const seen = (await read(answers)).facts.timing;
    const guessed = (await read({ [LEASE]: lease({ leaseDurationSeconds: 60 }) })).facts.timing;

    expect(seen.leaseDuration).toMatchObject({ value: 20_000, origin: 'read' });
    expect(seen.statusUpdateFrequency).toMatchObject({ value: 5000, origin: 'read' });
    expect(guessed.leaseDuration).toMatchObject({ value: 60_000, origin: 'observed', from: 'Lease kube-node-lease/node1' });
    expect(guessed.statusUpdateFrequency).toMatchObject({ value: 10_000, origin: 'assumed' });
  });

  it('goes by the kubelet’s version where the API server was built without one', async () => {
    const { facts } = await read({
      '/version': found({ gitVersion: 'v0.0.0-master+1' }),
      '/api/v1/nodes/node1': found({
        kind: 'Node',
        metadata: { name: 'node1' },
        status: { nodeInfo: { kubeletVersion: 'v1.31.2' } },
      }),
    });

    expect(facts.timing.version).toBe('v1.31.2');
  });

  it('knows how long the node has been silent', async () => {
    const { silentFor } = await read({ [LEASE]: lease({ renewTime: '2025-12-31T23:58:20.000000Z' }) });

    expect(silentFor).toBe(100_000);
  });

  it('says who asked, and what was refused', async () => {
    const { asker, unseen, facts, isKnown } = await read({ [PODS]: found({ items: [apiPod({})] }) });

    expect(asker).toBe('system:node:node1 (/etc/kubernetes/kubelet.conf)');
    expect(unseen).toEqual(['PodDisruptionBudgets: forbidden']);
    expect(facts.nodes).toBe('the other nodes could not be listed: forbidden');
    expect(isKnown).toBe(true);
  });

  it('lives without any API server, and tells a node that is none', async () => {
    const none = await read({}, { kind: 'refused' });
    const alone = await read({}, { kind: 'no-identity', reason: 'no kubeconfig' }, false);
    const wrong = await read({}, status(404));

    expect(none.facts.pods).toBe('the API server did not answer (refused)');
    expect(none.facts.timing.gracePeriod.origin).toBe('assumed');
    expect(alone.asker).toContain('no kubeconfig');
    expect(alone.facts.pods).toBe('no kubeconfig');
    expect(wrong.isKnown).toBe(false);
  });
});

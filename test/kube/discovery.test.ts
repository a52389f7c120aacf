import { describe, expect, it } from 'vitest';
import type { StatusAnswer } from '../../lib/host/host.ts';
import { discoverKubeconfig, OWN_KUBECONFIG } from '../../lib/kube/discovery.ts';

const KUBELET = '/etc/kubernetes/kubelet.conf';

const discover = (own: string) =>
  discoverKubeconfig({
    host: { fileStatus: async (path) => ({ kind: path === OWN_KUBECONFIG ? own : 'status' }) as StatusAnswer },
    kubelet: async () => ({ kubeconfig: KUBELET }),
  });

describe('discoverKubeconfig', () => {
  it.each([
    ['status', { origin: 'own', file: OWN_KUBECONFIG }],
    ['denied', { origin: 'own', file: OWN_KUBECONFIG }],
    ['missing', { origin: 'kubelet', file: KUBELET }],
    ['timed-out', { origin: 'kubelet', file: KUBELET }],
  ])('with an own kubeconfig that is %s', async (own, place) => {
    expect(await discover(own)).toEqual(place);
  });
});

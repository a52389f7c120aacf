import { type Timing, timingOf } from '../../lib/failover/timing.ts';
import type { FailoverPod, PodVolume, Toleration } from '../../lib/model/failover.ts';

export const tolerate = (key: string, tolerationSeconds?: number): Toleration => ({
  ...{ key, operator: 'Exists', value: '', effect: 'NoExecute' },
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});

export const both = (count: number): readonly Toleration[] => [
  tolerate('node.kubernetes.io/not-ready', count),
  tolerate('node.kubernetes.io/unreachable', count),
];

export const volume = (fencing: PodVolume['fencing']): PodVolume => ({ name: 'data', what: 'PVC data', fencing });

/** A Deployment's pod that says nothing about tolerations, unless told otherwise. */
export const pod = (more: Partial<FailoverPod> = {}): FailoverPod => ({
  namespace: 'shop',
  name: 'web-1',
  controller: { kind: 'ReplicaSet', name: 'ReplicaSet/web-7d4b', above: 'Deployment/web' },
  tolerations: both(300),
  volumes: [],
  budgets: [],
  pinned: false,
  ready: true,
  terminating: false,
  gracePeriod: 30_000,
  ...more,
});

export const timing = (version = 'v1.20.2', flags: Readonly<Record<string, string>> = {}, leaseSeconds = 40): Timing =>
  timingOf({
    version,
    controllerManager: { flags, from: 'process 7' },
    apiServer: { flags, from: 'process 8' },
    kubelet: { leaseDuration: { value: leaseSeconds * 1000, origin: 'read', from: 'configz' } },
    given: {},
  });

export const twoNodes = [
  { name: 'a', zone: ':', ready: true, excluded: false },
  { name: 'b', zone: ':', ready: true, excluded: false },
];

import type { ApiAnswer } from '../../lib/host/host.ts';
import { nodeIdentity } from './identity.ts';

/** Objects of an API server as it serves them, for `fakeNode({ api })`. */
export const SERVER_NOW = Date.parse('2026-01-01T00:00:00Z');

export const identity = nodeIdentity('node-a');

export const at = (offset: number): string => new Date(SERVER_NOW + offset * 1000).toISOString();

export const answer = (body: unknown, status = 200, date = SERVER_NOW): ApiAnswer => ({
  kind: 'response',
  status,
  body,
  took: 4,
  date,
});

export const denied = answer({ kind: 'Status', message: 'nodes "node-a" is forbidden' }, 403);

export interface NodeParts {
  readonly ready?: Readonly<Record<string, string>>;
  readonly allocatable?: Readonly<Record<string, string>>;
}

export const node = ({ ready = {}, allocatable = { cpu: '2', memory: '4Gi' } }: NodeParts = {}): ApiAnswer =>
  answer({
    kind: 'Node',
    metadata: { name: 'node-a', uid: 'u', creationTimestamp: at(-9000), annotations: { a: 'b', bad: 5 } },
    spec: { unschedulable: true, taints: [{ key: 'k', effect: 'NoSchedule' }] },
    status: {
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: '',
          lastHeartbeatTime: at(-60),
          lastTransitionTime: at(-900),
          ...ready,
        },
      ],
      allocatable,
      capacity: allocatable,
      nodeInfo: { systemUUID: 'S', machineID: 'M', kubeletVersion: 'v1.20.2', containerRuntimeVersion: 'docker://20.10.24' },
    },
  });

export const lease = (renewTime: string | undefined, spec: object = {}): ApiAnswer =>
  answer({ kind: 'Lease', spec: { holderIdentity: 'node-a', leaseDurationSeconds: 40, renewTime, ...spec } });

export const pods = (...items: readonly object[]): ApiAnswer => answer({ kind: 'PodList', items });

export const PATHS = {
  node: '/api/v1/nodes/node-a',
  lease: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-a',
  pods: '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-a&resourceVersion=0',
} as const;

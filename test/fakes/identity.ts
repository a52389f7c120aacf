import type { ClusterIdentity } from '../../lib/host/host.ts';

/** A kubelet's own certificate, as an identity of the agent on that node. */
export const nodeIdentity = (name: string): ClusterIdentity => ({
  kind: 'identity',
  origin: 'kubelet',
  file: '/etc/kubernetes/kubelet.conf',
  server: 'https://10.0.0.1:6443',
  credential: 'certificate',
  user: `system:node:${name}`,
  nodeName: name,
  nodeNameFrom: 'credential',
});

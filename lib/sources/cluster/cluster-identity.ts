import type { ClusterIdentity, IdentityAnswer } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

/** Which credential this host has for its cluster, and the node's name that follows from it. */
export const clusterIdentity = defineSource<IdentityAnswer>({
  id: 'cluster-identity',
  deadline: seconds(7),
  keep: seconds(30),
  worthKeeping: ({ kind }) => kind === 'identity',
  read: (host) => host.clusterIdentity(),
});

/** `system:node:web-1 (/etc/kubernetes/kubelet.conf)`. */
export function describeIdentity({ user, credential, file }: ClusterIdentity): string {
  return `${user ?? `the ${credential === 'none' ? 'anonymous user' : credential}`} (${file})`;
}

/** NodeRestriction and the node authorizer bound what a kubelet's identity may do: its own Node, Lease and pods, and no Events to read. */
export function isKubeletIdentity({ user }: ClusterIdentity): boolean {
  return user?.startsWith('system:node:') === true;
}

import { FLEET_NAMESPACE } from './fleet-lease.ts';
import { DELETING, EVENTS, heartbeat, LEASES, moving, reporting, SURGING } from './grants.ts';
import type { Grant, Manifest } from './manifest.ts';
import { nodePolicy } from './node-policy.ts';

export interface RbacOptions {
  /** Who the agents are: a ServiceAccount of this namespace, or a user or group of the API server's own (client certificates, OIDC). */
  readonly subject: { readonly kind: 'ServiceAccount' | 'User' | 'Group'; readonly name: string };
  /** Rights on this Node alone, for an identity that no other node has. */
  readonly node?: string;
  /** Cordon, evict and move pods, too. */
  readonly drain: boolean;
  /** Move whole workloads, too: `drain --mode surge` with this identity. */
  readonly surge: boolean;
  /** Delete pods, too: where the kubelet is dead nobody else ends what an eviction has granted. */
  readonly deletePods: boolean;
  /** A token that does not expire, for a ServiceAccount. */
  readonly token: boolean;
  /** The admission policy that binds each agent to its node. */
  readonly policy: boolean;
}

const RBAC = 'rbac.authorization.k8s.io';

/** One user name or one token for all nodes: it proves no node. A token that is bound to a Node does, and so do the members of a group. */
export function isShared({
  subject,
  node,
  token,
}: {
  subject: RbacOptions['subject'];
  node: string | undefined;
  token: boolean;
}) {
  return node === undefined && (subject.kind === 'User' || (subject.kind === 'ServiceAccount' && token));
}

/** A role, and who has it. */
function boundTo(who: object, kind: 'Role' | 'ClusterRole', name: string, rules: readonly Grant[], namespace?: string) {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const roleRef = { apiGroup: RBAC, kind, name };
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
    { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects: [who] },
  ] satisfies readonly Manifest[];
}

const accountOf = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: FLEET_NAMESPACE },
  automountServiceAccountToken: false,
});

const tokenOf = (name: string): Manifest => ({
  why: 'a token that does not expire; whoever reads it is the agent',
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/service-account-token',
  metadata: {
    name: `${name}-token`,
    namespace: FLEET_NAMESPACE,
    annotations: { 'kubernetes.io/service-account.name': name },
  },
});

/** Everything an identity of the agent's own needs, in the order in which it can be applied. */
export function rbacManifests(options: RbacOptions): readonly Manifest[] {
  const { subject, node, drain, surge, deletePods, token, policy } = options;
  const isAccount = subject.kind === 'ServiceAccount';
  const name = node === undefined ? 'nodemend' : `nodemend:${node}`;
  const own = node === undefined ? {} : { resourceNames: [node] };
  const who = isAccount ? { ...subject, namespace: FLEET_NAMESPACE } : { ...subject, apiGroup: RBAC };
  const moved = [...moving(own), ...(surge ? SURGING : []), ...(deletePods ? [DELETING] : [])];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: FLEET_NAMESPACE } },
    // Before the roles: no agent may do anything that is not judged.
    ...(policy
      ? nodePolicy({ subject, shared: isShared({ subject, node, token }), ...(node === undefined ? {} : { node }) })
      : []),
    ...(isAccount ? [accountOf(subject.name)] : []),
    ...(isAccount && token ? [tokenOf(subject.name)] : []),
    ...boundTo(who, 'ClusterRole', name, reporting(own)),
    ...boundTo(who, 'Role', name, [LEASES], FLEET_NAMESPACE),
    ...boundTo(who, 'Role', name, [EVENTS], 'default'),
    ...boundTo(who, 'Role', name, [heartbeat(own)], 'kube-node-lease'),
    ...(drain ? boundTo(who, 'ClusterRole', `${name}:drain`, moved) : []),
  ];
}

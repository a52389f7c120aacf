import { FLEET_NAMESPACE } from './fleet-lease.ts';
import type { Grant, Manifest } from './manifest.ts';
import { nodePolicy } from './node-policy.ts';

export interface RbacOptions {
  /** Who the agents are: a ServiceAccount of this namespace, or a user or group of the API server's own (client certificates, OIDC). */
  readonly subject: { readonly kind: 'ServiceAccount' | 'User' | 'Group'; readonly name: string };
  /** Rights on this Node alone, for an identity that no other node has. */
  readonly node?: string;
  /** Cordon, evict and move pods, too. */
  readonly drain: boolean;
  /** Delete pods, too: where the kubelet is dead nobody else ends what an eviction has granted. */
  readonly deletePods: boolean;
  /** A token that does not expire, for a ServiceAccount. */
  readonly token: boolean;
  /** The admission policy that binds each agent to its node. */
  readonly policy: boolean;
}

const RBAC = 'rbac.authorization.k8s.io';

function reporting(own: { readonly resourceNames?: readonly string[] }): readonly Grant[] {
  return [
    {
      why: 'its own Node: annotations, taints, the pause and mode switches. RBAC knows no "own": without --node this is every Node',
      apiGroups: [''],
      resources: ['nodes'],
      verbs: ['get'],
      ...own,
    },
    {
      why: 'how many nodes there are, for percentages; nodemend fleet. A list cannot be limited to names',
      apiGroups: [''],
      resources: ['nodes'],
      verbs: ['list'],
    },
    {
      why: 'conditions and annotations of the report. Whoever may patch a status may patch the annotations with it',
      apiGroups: [''],
      resources: ['nodes/status'],
      verbs: ['patch'],
      ...own,
    },
    {
      why: 'the pods of its node. RBAC cannot limit a list to a node: these are all pods (no Secrets, no logs, no exec)',
      apiGroups: [''],
      resources: ['pods'],
      verbs: ['get', 'list'],
    },
    { why: 'why a pod is stuck', apiGroups: [''], resources: ['events'], verbs: ['list'] },
    {
      why: 'metrics of the kubelet on 127.0.0.1. Not nodes/proxy: that is a shell in every pod',
      apiGroups: [''],
      resources: ['nodes/metrics', 'nodes/stats', 'nodes/configz'],
      verbs: ['get'],
      ...own,
    },
  ];
}

const DELETING: Grant = {
  why: 'the pods of a node whose kubelet is dead, after their processes are proved gone. RBAC cannot limit this to a node',
  apiGroups: [''],
  resources: ['pods'],
  verbs: ['delete'],
};

function moving(own: { readonly resourceNames?: readonly string[] }): readonly Grant[] {
  return [
    { why: 'cordon and uncordon', apiGroups: [''], resources: ['nodes'], verbs: ['patch'], ...own },
    {
      why: 'evict pods; budgets (PodDisruptionBudget) hold. RBAC cannot limit this to a node',
      apiGroups: [''],
      resources: ['pods/eviction'],
      verbs: ['create'],
    },
    { why: 'why an eviction is refused', apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list'] },
    {
      why: 'whose a pod is: a DaemonSet would bring it back',
      apiGroups: ['apps'],
      resources: ['daemonsets', 'replicasets'],
      verbs: ['get', 'list'],
    },
    {
      why: 'drain --mode surge: a new pod before the old one goes',
      apiGroups: ['apps'],
      resources: ['deployments', 'statefulsets'],
      verbs: ['get', 'list', 'patch'],
    },
  ];
}

const LEASES: Grant = {
  why: 'who else is in trouble, and whose turn it is. A create cannot be limited to names, so that the rest is not either',
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  verbs: ['list', 'create', 'patch', 'delete'],
};

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

/** Everything an identity of the agent's own needs, in the order in which it can be applied. */
export function rbacManifests({ subject, node, drain, deletePods, token, policy }: RbacOptions): readonly Manifest[] {
  const isAccount = subject.kind === 'ServiceAccount';
  const name = node === undefined ? 'nodemend' : `nodemend:${node}`;
  const own = node === undefined ? {} : { resourceNames: [node] };
  const who = isAccount ? { ...subject, namespace: FLEET_NAMESPACE } : { ...subject, apiGroup: RBAC };

  const bound = (
    kind: 'Role' | 'ClusterRole',
    role: string,
    rules: readonly Grant[],
    namespace?: string,
  ): readonly Manifest[] => {
    const metadata = { name: role, ...(namespace === undefined ? {} : { namespace }) };
    const roleRef = { apiGroup: RBAC, kind, name: role };
    return [
      { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
      { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects: [who] },
    ];
  };
  const account: readonly Manifest[] = [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: subject.name, namespace: FLEET_NAMESPACE },
      automountServiceAccountToken: false,
    },
  ];
  const secret: readonly Manifest[] = [
    {
      why: 'a token that does not expire; whoever reads it is the agent',
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: `${subject.name}-token`,
        namespace: FLEET_NAMESPACE,
        annotations: { 'kubernetes.io/service-account.name': subject.name },
      },
    },
  ];
  const events: Grant = {
    why: 'events about Nodes are in the namespace default',
    apiGroups: [''],
    resources: ['events'],
    verbs: ['create', 'patch'],
  };
  const heartbeat: Grant = {
    why: "the kubelet's heartbeat",
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get'],
    ...own,
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: FLEET_NAMESPACE } },
    ...(isAccount ? account : []),
    ...(isAccount && token ? secret : []),
    ...bound('ClusterRole', name, reporting(own)),
    ...bound('Role', name, [LEASES], FLEET_NAMESPACE),
    ...bound('Role', name, [events], 'default'),
    ...bound('Role', name, [heartbeat], 'kube-node-lease'),
    ...(drain ? bound('ClusterRole', `${name}:drain`, [...moving(own), ...(deletePods ? [DELETING] : [])]) : []),
    ...(policy
      ? nodePolicy({ subject, shared: isShared({ subject, node, token }), ...(node === undefined ? {} : { node }) })
      : []),
  ];
}

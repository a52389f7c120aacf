import { EVICTION_LABEL } from './eviction-label.ts';
import { FLEET_NAMESPACE } from './fleet-lease.ts';
import type { Manifest } from './manifest.ts';
import { rulesOfPolicy, type Validation } from './node-policy-rules.ts';

export interface NodePolicyOptions {
  readonly subject: { readonly kind: 'ServiceAccount' | 'User' | 'Group'; readonly name: string };
  /** The identity is this node's alone. */
  readonly node?: string;
  /** One identity that several nodes have: only what it does can be judged, not to which node. */
  readonly shared: boolean;
}

const ADMISSION = 'admissionregistration.k8s.io/v1';
/** Of the certificate of one node's agent: `nodemend:NODE`. Not `system:…`, which Kubernetes keeps for itself. */
const USER_PREFIX = 'nodemend:';
const ACCOUNT = `system:serviceaccount:${FLEET_NAMESPACE}:`;
const ACCOUNT_PREFIX = `${ACCOUNT}nodemend-`;

/** A node name is lower case: no quote, no backslash. */
const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Every ServiceAccount of our namespace, and who else the roles are bound to. */
function isAgent({ kind, name }: NodePolicyOptions['subject'], node: string | undefined): string {
  const accounts = `request.userInfo.username.startsWith('${ACCOUNT}')`;
  if (kind === 'Group') return `${accounts} || ${quote(name)} in request.userInfo.groups`;
  if (kind === 'ServiceAccount') return accounts;
  const user = `request.userInfo.username == ${quote(name)}`;
  return node === undefined ? `${accounts} || ${user}` : user;
}

/** What the API server itself knows of the user; nothing that the request says. */
const NODE_OF_USER = [
  `request.userInfo.username.startsWith('${ACCOUNT_PREFIX}') ? request.userInfo.username.substring(${ACCOUNT_PREFIX.length}) :`,
  `request.userInfo.username.startsWith('${USER_PREFIX}') ? request.userInfo.username.substring(${USER_PREFIX.length}) :`,
  "request.userInfo.?extra[?'authentication.kubernetes.io/node-name'][?0].orValue('')",
].join('\n');

const all = { apiVersions: ['*'], scope: '*' } as const;

function matched(): readonly object[] {
  return [
    { ...all, apiGroups: [''], resources: ['nodes', 'nodes/status'], operations: ['CREATE', 'UPDATE', 'DELETE'] },
    { ...all, apiGroups: [''], resources: ['pods'], operations: ['DELETE'] },
    { ...all, apiGroups: [''], resources: ['pods/eviction'], operations: ['CREATE'] },
    { ...all, apiGroups: [''], resources: ['events'], operations: ['CREATE', 'UPDATE'] },
    { ...all, apiGroups: ['coordination.k8s.io'], resources: ['leases'], operations: ['CREATE', 'UPDATE', 'DELETE'] },
    { ...all, apiGroups: ['apps'], resources: ['deployments', 'replicasets'], operations: ['UPDATE'] },
  ];
}

interface Policy {
  readonly name: string;
  readonly why: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly validations: readonly Validation[];
  readonly paramRef?: object;
}

/** A policy does nothing without its binding. */
function bound({ name, why, spec, validations, paramRef }: Policy): readonly Manifest[] {
  const checks = validations.map(({ expression, message, messageExpression }) => ({
    expression,
    message,
    ...(messageExpression === undefined ? {} : { messageExpression }),
    reason: 'Forbidden',
  }));
  const ref = paramRef === undefined ? {} : { paramRef };
  return [
    {
      why,
      apiVersion: ADMISSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: { failurePolicy: 'Fail', ...spec, validations: checks },
    },
    {
      apiVersion: ADMISSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, ...ref, validationActions: ['Deny'] },
    },
  ];
}

interface EvictionPolicyParts {
  readonly suffix: string;
  readonly shared: boolean;
  readonly matchConditions: readonly object[];
  readonly variables: readonly object[];
}

const evictionPolicy = ({ suffix, shared, matchConditions, variables }: EvictionPolicyParts): Policy => ({
  name: `nodemend-evictions${suffix}`,
  why: 'an eviction does not name a node: every pod of its namespace is a parameter, and the one that it names must be on the own node',
  spec: {
    paramKind: { apiVersion: 'v1', kind: 'Pod' },
    // Asked about evictions of agents alone: a large namespace has many pods. The other policy demands the label of them.
    matchConstraints: {
      objectSelector: { matchLabels: EVICTION_LABEL },
      resourceRules: [{ ...all, apiGroups: [''], resources: ['pods/eviction'], operations: ['CREATE'] }],
    },
    matchConditions,
    variables,
  },
  validations: [
    {
      expression: `${shared ? "variables.node == '' || " : ''}params.metadata.name != request.name || params.?spec.?nodeName.orValue('') == variables.node`,
      message: 'an agent evicts the pods of its own node alone',
    },
  ],
  paramRef: { selector: {}, parameterNotFoundAction: 'Deny' },
});

/**
 * What RBAC has no words for: an agent changes its own Node, and of it only what is the agent's; evicts the pods of its node; has its
 * own Lease; runs nothing of its own in somebody's workload. In the API server's own process, v1 since Kubernetes 1.30.
 */
export function nodePolicy({ subject, node, shared }: NodePolicyOptions): readonly Manifest[] {
  // A ServiceAccount of one node says so by its name: one policy for all of them.
  const fixed = subject.kind === 'ServiceAccount' ? undefined : node;
  const variables = [{ name: 'node', expression: fixed === undefined ? NODE_OF_USER : quote(fixed) }];
  const matchConditions = [{ name: 'agents', expression: isAgent(subject, fixed) }];
  const suffix = fixed === undefined ? '' : `-${fixed}`;
  const { variables: more, validations } = rulesOfPolicy(shared);
  return [
    ...bound({
      name: `nodemend${suffix}`,
      why: shared
        ? 'limits what an agent may change. One identity for all nodes does not tell which node is its own'
        : 'binds each agent to its own node, and limits what it may change there',
      spec: { matchConstraints: { resourceRules: matched() }, matchConditions, variables: [...variables, ...more] },
      validations,
    }),
    ...bound(evictionPolicy({ suffix, shared, matchConditions, variables })),
  ];
}

import type { Grant } from './manifest.ts';

/** Limited to one Node, or nothing. */
interface Own {
  readonly resourceNames?: readonly string[];
}

export function reporting(own: Own): readonly Grant[] {
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
      verbs: ['list'],
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

export const SURGING: readonly Grant[] = [
  {
    why: 'drain --mode surge: a new pod before the old one goes. Whoever patches a pod template runs what he likes, where no policy stops him',
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets'],
    verbs: ['get', 'list', 'patch'],
  },
  {
    why: 'how a StatefulSet makes its pods anew; it is never changed',
    apiGroups: ['apps'],
    resources: ['statefulsets'],
    verbs: ['get'],
  },
  {
    why: 'whether somebody else sets the replicas of a workload',
    apiGroups: ['autoscaling'],
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
  },
];

export const DELETING: Grant = {
  why: 'the pods of a node whose kubelet is dead, after their processes are proved gone. RBAC cannot limit this to a node',
  apiGroups: [''],
  resources: ['pods'],
  verbs: ['delete'],
};

export function moving(own: Own): readonly Grant[] {
  return [
    { why: 'cordon and uncordon', apiGroups: [''], resources: ['nodes'], verbs: ['patch'], ...own },
    {
      why: 'evict pods; budgets (PodDisruptionBudget) hold. RBAC cannot limit this to a node',
      apiGroups: [''],
      resources: ['pods/eviction'],
      verbs: ['create'],
    },
    {
      why: 'whether a pod has left; a list may be older than the eviction',
      apiGroups: [''],
      resources: ['pods'],
      verbs: ['get'],
    },
    { why: 'why an eviction is refused', apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list'] },
    {
      why: 'whose a pod is: a DaemonSet would bring it back',
      apiGroups: ['apps'],
      resources: ['daemonsets'],
      verbs: ['get'],
    },
    {
      why: 'whether a pod finds its volumes on another node, and beside the old one',
      apiGroups: [''],
      resources: ['persistentvolumeclaims', 'persistentvolumes'],
      verbs: ['get'],
    },
  ];
}

export const LEASES: Grant = {
  why: 'who else is in trouble, and whose turn it is. A create cannot be limited to names, so that the rest is not either',
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  verbs: ['list', 'create', 'patch', 'delete'],
};

export const EVENTS: Grant = {
  why: 'events about Nodes are in the namespace default',
  apiGroups: [''],
  resources: ['events'],
  verbs: ['create', 'patch'],
};

export const heartbeat = (own: Own): Grant => ({
  why: "the kubelet's heartbeat",
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  verbs: ['get'],
  ...own,
});

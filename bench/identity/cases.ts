import { EVICTION_LABEL } from '../../lib/kube/eviction-label.ts';
import { type Case, nodeCases, OTHERS, patch } from './node-cases.ts';
import type { Call } from './requests.ts';
import { NAMESPACE, OTHER, OWN } from './world.ts';

const evict = (pod: string, labels?: object): Call => ({
  method: 'POST',
  path: `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/eviction`,
  body: {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: pod, ...(labels === undefined ? {} : { labels }) },
    deleteOptions: { dryRun: ['All'] },
  },
});

const pods: readonly Case[] = [
  { does: 'evicts a pod of its node', call: evict(`on-${OWN}`, EVICTION_LABEL) },
  { does: 'evicts a pod of another node', refused: /pods of its own node alone/, call: evict(`on-${OTHER}`, EVICTION_LABEL) },
  { does: 'the same without the label', refused: /has the label/, call: evict(`on-${OTHER}`) },
  { does: 'the same with another label', refused: /has the label/, call: evict(`on-${OTHER}`, { a: 'b' }) },
  {
    does: 'deletes a pod of its node',
    call: { method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}/pods/on-${OWN}?dryRun=All` },
  },
  {
    does: 'deletes a pod of another node',
    refused: OTHERS,
    call: { method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}/pods/on-${OTHER}?dryRun=All` },
  },
  {
    does: 'deletes all pods of a namespace',
    refused: /cannot deletecollection/,
    call: { method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All` },
  },
];

const lease = (name: string, namespace = 'nodemend') =>
  `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}?dryRun=All`;
const newLease = (name: string): Call => ({
  method: 'POST',
  path: lease('').replace('/?', '?'),
  body: { metadata: { name }, spec: { holderIdentity: name } },
});
const renew = { spec: { renewTime: '2026-01-01T00:00:00.000000Z' } };

const leases: readonly Case[] = [
  { does: 'renews its Lease', call: { ...patch(lease(OWN), renew), type: 'merge-patch' } },
  { does: 'deletes its Lease', call: { method: 'DELETE', path: lease(OWN) } },
  { does: 'takes a place for a maintenance of its Node', call: newLease(`maintain.${OWN}`) },
  { does: 'takes one for another Node', refused: OTHERS, call: newLease(`maintain.${OTHER}`) },
  { does: 'makes a Lease of a node that does not exist', refused: /and not policy-ghost/, call: newLease('policy-ghost') },
  { does: 'renews another Lease', refused: OTHERS, call: { ...patch(lease(OTHER), renew), type: 'merge-patch' } },
  { does: 'deletes another Lease', refused: OTHERS, call: { method: 'DELETE', path: lease(OTHER) } },
  {
    does: 'writes the kubelet’s heartbeat',
    refused: /cannot patch resource/,
    call: { ...patch(lease(OWN, 'kube-node-lease'), renew), type: 'merge-patch' },
  },
];

const event = (kind: string, name: string): Call => ({
  method: 'POST',
  path: '/api/v1/namespaces/default/events?dryRun=All',
  body: {
    metadata: { generateName: 'bench-' },
    involvedObject: { kind, name, ...(kind === 'Pod' ? { namespace: 'default' } : {}) },
    reason: 'Bench',
    message: 'x',
    type: 'Normal',
  },
});
const inApps = (place: string, body: unknown) => patch(`/apis/apps/v1/namespaces/${NAMESPACE}/${place}?dryRun=All`, body);
const web = (body: unknown) => inApps('deployments/web', body);
const template = (inside: object) => web({ spec: { template: inside } });

const rest: readonly Case[] = [
  { does: 'an event about its Node', call: event('Node', OWN) },
  { does: 'an event about another Node', refused: OTHERS, call: event('Node', OTHER) },
  { does: 'an event about a pod', refused: /touches its own node alone/, call: event('Pod', `on-${OWN}`) },
  { does: 'scales a Deployment', call: web({ spec: { replicas: 1 } }) },
  { does: 'scales a ReplicaSet', call: inApps('replicasets/bare', { spec: { replicas: 1 } }) },
  {
    does: 'sweeps its annotation',
    call: inApps('replicasets/bare', { metadata: { annotations: { 'nodemend.io/surge': null } } }),
  },
  {
    does: 'changes the image of a ReplicaSet',
    refused: /does not change what runs in it/,
    call: inApps('replicasets/bare', { spec: { template: { spec: { containers: [{ name: 'app', image: 'miner' }] } } } }),
  },
  { does: 'scales a StatefulSet', refused: /cannot patch/, call: inApps('statefulsets/db', { spec: { replicas: 1 } }) },
  { does: 'stamps its pod template', call: template({ metadata: { annotations: { 'nodemend.io/moved-at': 'now' } } }) },
  {
    does: 'changes its image',
    refused: /does not change what runs in it/,
    call: template({ spec: { containers: [{ name: 'app', image: 'miner' }] } }),
  },
  {
    does: 'changes its ServiceAccount',
    refused: /does not change what runs in it/,
    call: template({ spec: { serviceAccountName: 'admin' } }),
  },
  {
    does: 'adds a container to it',
    refused: /does not change what runs in it/,
    call: template({ spec: { initContainers: [{ name: 'x', image: 'miner' }] } }),
  },
  {
    does: 'reads a Secret',
    refused: /cannot list resource/,
    call: { method: 'GET', path: '/api/v1/namespaces/kube-system/secrets' },
  },
];

export const cases: readonly Case[] = [...nodeCases, ...pods, ...leases, ...rest];

/** Enough to tell which node somebody is. */
export const probes: readonly Case[] = cases.filter(({ does }) =>
  [
    'cordons its Node',
    'cordons another Node',
    'evicts a pod of its node',
    'evicts a pod of another node',
    'labels its Node',
  ].includes(does),
);
